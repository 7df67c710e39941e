/// One SMS in Onoff's log. Only the id must be there; other texts are empty where the log leaves them out.
public struct SMSLogEvent: Hashable, Sendable {
    /// The event's id, opaque; with the account it is the dedupe key.
    public var eventID: String
    /// `SENT`, `RECEIVED`, or what else came.
    public var direction: String
    /// Whether the other party sent it to the user; the provider's parser knows its word for that.
    public var isReceived: Bool
    /// The Onoff user's name.
    public var userName: String
    /// The Onoff user's e-mail address.
    public var userEmail: String
    /// The Onoff user's number in E.164 with `+`, or as it came.
    public var userNumber: String
    /// The Onoff user's number as it came.
    public var userNumberRaw: String
    /// The other party's number in E.164 with `+`, or as it came.
    public var externalNumber: String
    /// The other party's number as it came.
    public var externalNumberRaw: String
    /// The other party's name; nil where they are no contact.
    public var externalName: String?
    /// The other party's e-mail address; nil where they are no contact.
    public var externalEmail: String?
    /// When it happened; nil where `date` cannot be read.
    public var occurredAt: Timestamp?
    /// `date` as it came.
    public var occurredAtRaw: String
    /// The text of the SMS, to the byte.
    public var body: String
    /// Covers every field as it came.
    public var contentHash: Int64

    /// Takes every field as it is; nothing is checked here.
    public init(
        eventID: String, direction: String, isReceived: Bool, userName: String, userEmail: String,
        userNumber: String, userNumberRaw: String, externalNumber: String, externalNumberRaw: String,
        externalName: String?,
        externalEmail: String?, occurredAt: Timestamp?, occurredAtRaw: String, body: String, contentHash: Int64
    ) {
        self.eventID = eventID
        self.direction = direction
        self.isReceived = isReceived
        self.userName = userName
        self.userEmail = userEmail
        self.userNumber = userNumber
        self.userNumberRaw = userNumberRaw
        self.externalNumber = externalNumber
        self.externalNumberRaw = externalNumberRaw
        self.externalName = externalName
        self.externalEmail = externalEmail
        self.occurredAt = occurredAt
        self.occurredAtRaw = occurredAtRaw
        self.body = body
        self.contentHash = contentHash
    }
}
