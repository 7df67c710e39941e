import Domain
import PostgresClient

extension RawWebhook {
    /// Reads source, account, method, query, content_type, headers, body and received_at.
    init(_ row: inout Row, id: WebhookID) throws(PostgresError) {
        self.init(
            source: WebhookSource(rawValue: try row.text()), account: try row.text(), method: try row.text(),
            query: try row.bytes(), contentType: try row.optionalBytes(), headers: try row.bytes(),
            body: try row.bytes(), receivedAt: Timestamp(microseconds: try row.timestamptz()),
            id: id)
    }
}

/// Reads raw webhooks by id, those that are not too large; in no order.
///
/// The bounds let the planner drop all partitions but the days in question before it plans anything. What is too large
/// is not read at all: Postgres knows the size of a column without reading bytes that it stores out of line.
package struct ReadWebhooks: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT w.id, w.source, w.account, w.method, w.query, w.content_type, w.headers, w.body, w.received_at
        FROM unnest($1::uuid[]) AS wanted (id)
        JOIN inbox.webhook AS w ON w.id = wanted.id
        WHERE w.id BETWEEN $2 AND $3
          AND \(ReadWebhookSizes.size) <= $4
        """
    let ids: [WebhookID]
    let bytesMax: Int64

    /// Reads those of these webhooks that have at most `bytesMax` bytes, as ``Domain/RawWebhook/byteCount`` counts
    /// them.
    package init(_ ids: [WebhookID], bytesMax: Int64 = .max) {
        self.ids = ids
        self.bytesMax = bytesMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(withBounds: ids)
        parameters.append(bytesMax)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [RawWebhook] {
        try rows.map { row throws(PostgresError) in
            let id = WebhookID(rawValue: try row.uuid())
            return try RawWebhook(&row, id: id)
        }
    }
}
