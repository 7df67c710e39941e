import Domain

/// A send as it was asked for, checked.
struct SendRequest: Sendable, Equatable {
    var recipient: PhoneNumber
    /// Composed (NFC).
    var message: String
    var senderID: String
    /// Another user than the key's own.
    var userID: String?
    var messageID: String?
    var messageName: String?
    var scheduledAt: Timestamp?
    var validForSeconds: Int32?
    var priority: SendPriority
    var tags: [String]
    /// Compact JSON, names in order.
    var customData: String
}

/// The fields of a send and their bounds.
struct SendFields: Sendable {
    /// NXTele's bound, in characters.
    static let messageCharactersMax = 1_000
    /// What the API calls a recipient's number.
    static let recipientName = "recipientPhoneNumber"
    /// NXTele's bound of a sender.
    static let senderCharactersMax = 20
    /// Of the key that makes a send happen once.
    static let keyCharactersMax = 255
    /// What keys of the outbox API may name.
    static let userCharactersMax = 128
    static let nameCharactersMax = 128
    static let tagsMax = 20
    static let tagCharactersMax = 64
    static let customDataBytesMax = 4_096
    /// A week.
    static let validitySecondsMax = 604_800
    /// A year.
    static let scheduleDaysMax = 366

    let recipient = Field(Self.recipientName, PhoneRule())
    let message = Field(
        "message", MessageRule(text: TextRule(characters: 1...Self.messageCharactersMax, alphabet: .anything)))
    let senderID = Field(
        "senderId", TextRule(characters: 1...Self.senderCharactersMax, alphabet: .lettersAndDigits))
    let userID = Field("userId", TextRule(characters: 1...Self.userCharactersMax, alphabet: .printable))
    let messageID = Field("messageId", Self.key)
    let messageName = Field("messageName", TextRule(characters: 1...Self.nameCharactersMax, alphabet: .printable))
    let schedule: Field<TimeRule>
    let validity = Field("validForSeconds", IntegerRule(range: 1...Self.validitySecondsMax))
    let priority = Field("priority", ChoiceRule<SendPriority>())
    let tags = Field(
        "tags",
        TextListRule(
            countMax: Self.tagsMax, item: TextRule(characters: 1...Self.tagCharactersMax, alphabet: .printable)))
    let customData = Field("customData", ObjectRule(bytesMax: Self.customDataBytesMax))

    /// The caller's key, in the body or in the header.
    static let key = TextRule(characters: 1...keyCharactersMax, alphabet: .printableASCII)
    /// The header's name.
    static let keyHeader = "Idempotency-Key"
    /// The same as fields are compared.
    static let keyHeaderCanonical = keyHeader.lowercased()

    /// `clock` is the wall clock.
    init(clock: @escaping @Sendable () -> Timestamp) {
        schedule = Field("scheduleTimestamp", TimeRule(daysAheadMax: Self.scheduleDaysMax, clock: clock))
    }

    /// Reads a body and the header that goes with it.
    ///
    /// - Throws: ``Problem`` with every field that is wrong.
    func read(_ members: [JSONValue.Member], idempotencyKey header: String?) throws(Problem) -> SendRequest {
        var reader = FieldReader(members)
        let recipient = reader.required(self.recipient)
        let message = reader.required(self.message)
        let senderID = reader.required(self.senderID)
        let userID = reader.optional(self.userID)
        let messageID = reader.optional(self.messageID)
        let messageName = reader.optional(self.messageName)
        let scheduledAt = reader.optional(schedule)
        let validForSeconds = reader.optional(validity)
        let priority = reader.optional(self.priority) ?? .normal
        let tags = reader.optional(self.tags) ?? []
        let customData = reader.optional(self.customData) ?? "{}"
        if let header {
            do throws(FieldFault) { try Self.key.check(header) } catch { reader.report(Self.keyHeader, error.sentence) }
            if let messageID, messageID != header {
                reader.report(Self.keyHeader, "Must be the same as messageId where both are given.")
            }
        }
        reader.finish()
        guard reader.problems.isEmpty, let recipient, let message, let senderID else {
            throw Problem.fields(reader.problems)
        }
        return SendRequest(
            recipient: recipient, message: message, senderID: senderID, userID: userID, messageID: messageID,
            messageName: messageName, scheduledAt: scheduledAt, validForSeconds: validForSeconds.map(Int32.init),
            priority: priority, tags: tags, customData: customData)
    }
}
