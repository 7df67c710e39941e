import Domain
import PostgresClient

/// Reads how large raw webhooks are, without their bytes; in no order. What is gone is left out.
package struct ReadWebhookSizes: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT w.id, \(size)
        FROM unnest($1::uuid[]) AS wanted (id)
        JOIN inbox.webhook AS w ON w.id = wanted.id
        WHERE w.id BETWEEN $2 AND $3
        """
    /// What ``Domain/RawWebhook/byteCount`` of a webhook `w` will be once it is read.
    static let size = "octet_length(w.query)::bigint + octet_length(w.headers) + octet_length(w.body)"
    let ids: [WebhookID]

    /// Reads those of these.
    package init(_ ids: [WebhookID]) { self.ids = ids }

    package func bind(_ parameters: inout Parameters) { parameters.append(withBounds: ids) }

    package func decode(_ rows: Rows) throws(PostgresError) -> [(id: WebhookID, bytes: Int)] {
        try rows.map { row throws(PostgresError) in
            (WebhookID(rawValue: try row.uuid()), Int(try row.int64()))
        }
    }
}

extension Parameters {
    /// Adds ids, the lowest of them, and the highest.
    mutating func append(withBounds ids: [WebhookID]) {
        var array = ArrayParameter(.uuid)
        var lowest = UInt128.max
        var highest = UInt128.min
        for id in ids {
            array.append(uuid: id.rawValue)
            lowest = min(lowest, id.rawValue)
            highest = max(highest, id.rawValue)
        }
        append(array)
        append(uuid: lowest)
        append(uuid: highest)
    }
}
