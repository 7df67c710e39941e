import Domain
import PostgresClient

/// An attempt of an entry, as users see it.
package struct AttemptRecord: Sendable, Equatable {
    /// Its own id.
    package var id: AttemptID
    /// 0 for the send, 1 for the first resend, and so on.
    package var cycle: Int32
    /// 1, 2, … within the cycle.
    package var number: Int32
    /// ops.provider.name.
    package var provider: String
    /// Where the hand-over stands.
    package var state: AttemptState
    /// Whether it counts against the caps.
    package var counts: Bool
    /// The provider's id of it.
    package var providerMessageID: String?
    /// The provider's result code.
    package var providerCode: String?
    /// When it was written down.
    package var preparedAt: Timestamp
    /// When it was handed over.
    package var dispatchedAt: Timestamp?
    /// When the outcome became known.
    package var settledAt: Timestamp?
    /// When a deadline passed with the question open.
    package var deadlinePassedAt: Timestamp?
    /// Its receipts, in order of arrival.
    package var receipts: [AttemptReceipt]

    package init(
        id: AttemptID, cycle: Int32, number: Int32, provider: String, state: AttemptState, counts: Bool,
        providerMessageID: String? = nil, providerCode: String? = nil, preparedAt: Timestamp,
        dispatchedAt: Timestamp? = nil, settledAt: Timestamp? = nil, deadlinePassedAt: Timestamp? = nil,
        receipts: [AttemptReceipt] = []
    ) {
        self.id = id
        self.cycle = cycle
        self.number = number
        self.provider = provider
        self.state = state
        self.counts = counts
        self.providerMessageID = providerMessageID
        self.providerCode = providerCode
        self.preparedAt = preparedAt
        self.dispatchedAt = dispatchedAt
        self.settledAt = settledAt
        self.deadlinePassedAt = deadlinePassedAt
        self.receipts = receipts
    }
}

/// A receipt of an attempt, as users see it: what the provider wrote.
package struct AttemptReceipt: Sendable, Equatable {
    /// How it came.
    package var source: ReceiptSource
    /// When it first came.
    package var receivedAt: Timestamp
    /// The provider's status.
    package var status: String
    /// The provider's word for it.
    package var result: String
    /// The provider's local time, as written.
    package var reportedTime: String
    /// How far the provider's clock was observed to be ahead of UTC when it was stored; nil where nothing was yet.
    package var clockAheadMilliseconds: Int64?
    /// The provider's price of one part.
    package var price: Numeric?
    /// The provider's count of parts.
    package var size: Int32?
    /// The currency of the price, as written.
    package var currency: String?
    /// The provider's exchange rate of USD to CNY.
    package var rate: Numeric?
    /// What the provider charged by it, in its currency: price times size.
    package var charge: Numeric?
    /// 3 = delivered, 2 = any other number, 1 = unknown.
    package var rank: Int16

    package init(
        source: ReceiptSource, receivedAt: Timestamp, status: String, result: String, reportedTime: String,
        clockAheadMilliseconds: Int64? = nil, price: Numeric? = nil, size: Int32? = nil, currency: String? = nil,
        rate: Numeric? = nil,
        charge: Numeric? = nil, rank: Int16
    ) {
        self.source = source
        self.receivedAt = receivedAt
        self.status = status
        self.result = result
        self.reportedTime = reportedTime
        self.clockAheadMilliseconds = clockAheadMilliseconds
        self.price = price
        self.size = size
        self.currency = currency
        self.rate = rate
        self.charge = charge
        self.rank = rank
    }
}

/// Reads the attempts of one entry with their receipts, in the order they were made.
package struct ReadAttempts: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT a.id, a.cycle, a.number, a.provider, a.state, a.counts, a.provider_message_id, a.provider_code,
               a.prepared_at, a.dispatched_at, a.settled_at,
               coalesce(a.deadline_passed_at, a.unclear_deadline_passed_at),
               r.source, r.received_at, r.status, r.result, r.reported_time,
               round(extract(epoch FROM r.clock_ahead) * 1000)::bigint, r.price, r.size, r.currency, r.rate,
               trim_scale(r.price * r.size), r.rank
        FROM outbox.attempt AS a
        LEFT JOIN outbox.receipt AS r ON r.entry_id = a.entry_id AND r.attempt_id = a.id
        WHERE a.entry_id = $1
        ORDER BY a.cycle, a.number, r.received_at, r.id
        """
    let id: EntryID

    /// Reads those of this entry.
    package init(of id: EntryID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    package func decode(_ rows: Rows) throws(PostgresError) -> [AttemptRecord] {
        var attempts: [AttemptRecord] = []
        try rows.forEach { row throws(PostgresError) in
            let id = AttemptID(rawValue: try row.uuid())
            if attempts.last?.id != id {
                attempts.append(try AttemptRecord(&row, id))
            } else {
                row.skip(AttemptRecord.columnCount)
            }
            if let source: ReceiptSource = try row.optionalValue() {
                attempts[attempts.count - 1].receipts.append(try AttemptReceipt(&row, source))
            } else {
                row.skipRest()
            }
        }
        return attempts
    }
}

extension AttemptRecord {
    /// How many columns follow the id.
    fileprivate static let columnCount = 11

    fileprivate init(_ row: inout Row, _ id: AttemptID) throws(PostgresError) {
        self.init(
            id: id, cycle: try row.int32(), number: try row.int32(), provider: try row.text(),
            state: try row.value(), counts: try row.bool(), providerMessageID: try row.optionalText(),
            providerCode: try row.optionalText(), preparedAt: Timestamp(microseconds: try row.timestamptz()),
            dispatchedAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) },
            settledAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) },
            deadlinePassedAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) })
    }
}

extension AttemptReceipt {
    fileprivate init(_ row: inout Row, _ source: ReceiptSource) throws(PostgresError) {
        self.init(
            source: source, receivedAt: Timestamp(microseconds: try row.timestamptz()), status: try row.text(),
            result: try row.text(), reportedTime: try row.text(),
            clockAheadMilliseconds: try row.optionalInt64(), price: try row.optionalNumeric(),
            size: try row.optionalInt32(), currency: try row.optionalText(),
            rate: try row.optionalNumeric(), charge: try row.optionalNumeric(), rank: try row.int16())
    }
}
