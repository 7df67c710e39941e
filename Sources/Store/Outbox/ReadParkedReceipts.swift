import Domain
import PostgresClient

/// A receipt that waits for its attempt to appear.
package struct ParkedReceipt: Sendable {
    /// The receipt.
    package var key: ReceiptKey
    /// What it may be matched by.
    package var messageID: String
    /// Likewise.
    package var ext: String
    /// Digits of the number, which must agree.
    package var phone: String
    /// The provider's name.
    package var provider: String
    /// When it was taken in; with the key, its place in the order of the sweep.
    package var receivedAt: Timestamp
}

/// Reads parked receipts that were taken in within a span, oldest first, a page at a time.
package struct ReadParkedReceipts: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT r.id, r.message_id, r.ext, r.phone, r.provider, r.received_at
        FROM outbox.receipt AS r
        WHERE r.entry_id IS NULL
          AND (r.received_at, r.id) > ($1, $2)
          AND r.received_at <= $3
        ORDER BY r.received_at, r.id
        LIMIT $4
        """
    let after: (receivedAt: Timestamp, key: ReceiptKey)
    let until: Timestamp
    let limit: Int32

    /// Reads up to `limit` after a place in the order.
    package init(after: (receivedAt: Timestamp, key: ReceiptKey), until: Timestamp, limit: Int32) {
        self.after = after
        self.until = until
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(timestamptz: after.receivedAt.microseconds)
        parameters.append(uuid: after.key.rawValue)
        parameters.append(timestamptz: until.microseconds)
        parameters.append(limit)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [ParkedReceipt] {
        try rows.map { row throws(PostgresError) in
            ParkedReceipt(
                key: ReceiptKey(rawValue: try row.uuid()), messageID: try row.text(), ext: try row.text(),
                phone: try row.text(), provider: try row.text(),
                receivedAt: Timestamp(microseconds: try row.timestamptz()))
        }
    }
}
