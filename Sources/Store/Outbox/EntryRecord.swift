import Domain
import PostgresClient

/// An entry of the outbox as users see it.
package struct EntryRecord: Sendable, Equatable {
    /// The outboxId.
    package var id: EntryID
    /// Who pays.
    package var account: String
    /// A name inside the account.
    package var userID: String
    /// E.164 with `+`.
    package var recipient: String
    /// The text as sent.
    package var message: String
    /// Sender shown to the recipient.
    package var senderID: String
    /// The caller's own id.
    package var messageID: String?
    /// The caller's name for this kind of message.
    package var messageName: String?
    /// Parts that the text takes.
    package var units: Int32
    /// Price of one part.
    package var costPerUnit: Numeric
    /// What is owed now.
    package var totalCost: Numeric
    /// ISO 4217 code.
    package var currency: String
    /// The alphabet it travels in.
    package var encoding: MessageEncoding
    /// Which goes first.
    package var priority: SendPriority
    /// The tags, as a JSON array.
    package var tagsJSON: String
    /// The caller's object, as JSON.
    package var customDataJSON: String
    /// The provider that sends it.
    package var provider: String
    /// What applications are told.
    package var status: EntryStatus
    /// The exact state.
    package var deliveryState: DeliveryState
    /// 0, or how often it was resent.
    package var cycle: Int32
    /// Attempts that count, less one.
    package var retryCount: Int32
    /// Why it failed.
    package var errorDetails: String?
    /// Its moments.
    package var times: EntryTimes

    package init(
        id: EntryID, account: String, userID: String, recipient: String, message: String, senderID: String,
        messageID: String?, messageName: String?, units: Int32, costPerUnit: Numeric, totalCost: Numeric,
        currency: String, encoding: MessageEncoding, priority: SendPriority, tagsJSON: String, customDataJSON: String,
        provider: String, status: EntryStatus, deliveryState: DeliveryState, cycle: Int32 = 0, retryCount: Int32 = 0,
        errorDetails: String? = nil, times: EntryTimes
    ) {
        self.id = id
        self.account = account
        self.userID = userID
        self.recipient = recipient
        self.message = message
        self.senderID = senderID
        self.messageID = messageID
        self.messageName = messageName
        self.units = units
        self.costPerUnit = costPerUnit
        self.totalCost = totalCost
        self.currency = currency
        self.encoding = encoding
        self.priority = priority
        self.tagsJSON = tagsJSON
        self.customDataJSON = customDataJSON
        self.provider = provider
        self.status = status
        self.deliveryState = deliveryState
        self.cycle = cycle
        self.retryCount = retryCount
        self.errorDetails = errorDetails
        self.times = times
    }
}

/// The moments of an entry; nil where they have not come.
package struct EntryTimes: Sendable, Equatable {
    /// When it was accepted.
    package var createdAt: Timestamp
    /// Not to be sent before.
    package var scheduledAt: Timestamp?
    /// Not to be sent after.
    package var validUntil: Timestamp?
    /// The latest hand-over.
    package var lastAttemptAt: Timestamp?
    /// When the provider took it.
    package var sentAt: Timestamp?
    /// The earliest delivery.
    package var deliveredAt: Timestamp?
    /// When it was cancelled.
    package var cancelledAt: Timestamp?
    /// When it was found past its validity.
    package var expiredAt: Timestamp?

    package init(createdAt: Timestamp, scheduledAt: Timestamp? = nil, validUntil: Timestamp? = nil) {
        self.createdAt = createdAt
        self.scheduledAt = scheduledAt
        self.validUntil = validUntil
    }
}

extension EntryRecord {
    /// The columns that ``init(_:)`` reads, of `outbox.entry AS e`.
    static let columns = columns(tags: "array_to_json(e.tags)::text", customData: "e.custom_data::text")
    /// The same as they are stored, for a subquery that ``columns`` are taken from.
    static let storedColumns = columns(tags: "e.tags", customData: "e.custom_data")

    private static func columns(tags: String, customData: String) -> String {
        """
        e.id, e.account, e.user_id, e.recipient_phone_number, e.message, e.sender_id, e.message_id, e.message_name,
        e.sms_units_used, e.cost_per_unit, e.total_cost, e.currency, e.encoding, e.priority,
        \(tags), \(customData), e.provider, e.status, e.delivery_state, e.cycle,
        e.retry_count, e.error_details, e.created_at, e.scheduled_at, e.valid_until, e.last_attempt_at, e.sent_at,
        e.delivered_at, e.cancelled_at, e.expired_at
        """
    }

    init(_ row: inout Row) throws(PostgresError) {
        self.init(
            id: EntryID(rawValue: try row.uuid()), account: try row.text(), userID: try row.text(),
            recipient: try row.text(), message: try row.text(), senderID: try row.text(),
            messageID: try row.optionalText(), messageName: try row.optionalText(), units: try row.int32(),
            costPerUnit: try row.numeric(), totalCost: try row.numeric(), currency: try row.text(),
            encoding: try row.value(), priority: try row.value(), tagsJSON: try row.text(),
            customDataJSON: try row.text(), provider: try row.text(), status: try row.value(),
            deliveryState: try row.value(), cycle: try row.int32(), retryCount: try row.int32(),
            errorDetails: try row.optionalText(),
            times: EntryTimes(
                createdAt: Timestamp(microseconds: try row.timestamptz()),
                scheduledAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) },
                validUntil: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }))
        times.lastAttemptAt = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
        times.sentAt = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
        times.deliveredAt = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
        times.cancelledAt = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
        times.expiredAt = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
    }
}
