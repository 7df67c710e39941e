/// One SMS in Onoff's log. Only the id must be there; other texts are empty where the log leaves them out.
package struct SMSLogEvent: Hashable, Sendable {
    /// The event's id, opaque; with the account it is the dedupe key.
    package var eventID: String
    /// `SENT`, `RECEIVED`, or what else came.
    package var direction: String
    /// Whether the other party sent it to the user; the provider's parser knows its word for that.
    package var isReceived: Bool
    /// The Onoff user's name.
    package var userName: String
    /// The Onoff user's e-mail address.
    package var userEmail: String
    /// The Onoff user's number in E.164 with `+`, or as it came.
    package var userNumber: String
    /// The Onoff user's number as it came.
    package var userNumberRaw: String
    /// The other party's number in E.164 with `+`, or as it came.
    package var externalNumber: String
    /// The other party's number as it came.
    package var externalNumberRaw: String
    /// The other party's name; nil where they are no contact.
    package var externalName: String?
    /// The other party's e-mail address; nil where they are no contact.
    package var externalEmail: String?
    /// When it happened; nil where `date` cannot be read.
    package var occurredAt: Timestamp?
    /// `date` as it came.
    package var occurredAtRaw: String
    /// The text of the SMS, to the byte.
    package var body: String
    /// Covers every field as it came.
    package var contentHash: Int64

    /// Takes every field as it is; nothing is checked here.
    package init(
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
