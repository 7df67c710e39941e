import Domain
import PostgresClient

/// Why and how a webhook becomes a dead letter.
package struct Burial: Sendable {
    /// The webhook.
    package var webhookID: WebhookID
    /// A stable code.
    package var reason: String
    /// A sentence for a person, without the webhook's values.
    package var detail: String
    /// The version of the parser that refused it; 0 where none saw it.
    package var parserVersion: Int32
    /// How often it was tried.
    package var tries: Int32

    package init(webhookID: WebhookID, reason: String, detail: String, parserVersion: Int32, tries: Int32) {
        self.webhookID = webhookID
        self.reason = reason
        self.detail = detail
        self.parserVersion = parserVersion
        self.tries = tries
    }
}

/// Copies webhooks with all their bytes to the dead letters, which no retention touches.
///
/// The raw row still exists, because its day is not dropped while anything of it waits. ``SettleWebhooks`` removes the
/// queue row in the same transaction.
package struct BuryWebhooks: Statement {
    package static let sql = """
        INSERT INTO queue.webhook_dead
            (webhook_id, source, account, reason, detail, parser_version, tries, received_at, method, path, query,
             content_type, headers, body, remote_address)
        SELECT w.id, w.source, w.account, buried.reason, buried.detail, buried.parser_version, buried.tries,
               w.received_at, w.method, w.path, w.query, w.content_type, w.headers, w.body, w.remote_address
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::integer[])
            AS buried (id, reason, detail, parser_version, tries)
        JOIN inbox.webhook AS w ON w.id = buried.id
        WHERE w.id BETWEEN $6 AND $7
        """
    let burials: [Burial]

    /// Buries these.
    package init(_ burials: [Burial]) { self.burials = burials }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var reason = ArrayParameter(.text)
        var detail = ArrayParameter(.text)
        var version = ArrayParameter(.int4)
        var tries = ArrayParameter(.int4)
        var lowest = UInt128.max
        var highest = UInt128.min
        for burial in burials {
            id.append(uuid: burial.webhookID.rawValue)
            reason.append(burial.reason)
            detail.append(burial.detail)
            version.append(burial.parserVersion)
            tries.append(burial.tries)
            lowest = min(lowest, burial.webhookID.rawValue)
            highest = max(highest, burial.webhookID.rawValue)
        }
        for array in [id, reason, detail, version, tries] { parameters.append(array) }
        parameters.append(uuid: lowest)
        parameters.append(uuid: highest)
    }

    /// - Throws: where not all of them could be copied, because nothing may leave the queue without its bytes.
    package func decode(_ rows: Rows) throws(PostgresError) {
        guard rows.affectedCount == burials.count else {
            throw PostgresError(
                .unexpectedResult, statement: Self.name, serverMessage: "\(rows.affectedCount) of \(burials.count)")
        }
    }
}
