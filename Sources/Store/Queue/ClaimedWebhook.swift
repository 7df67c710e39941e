import Domain
import PostgresClient

/// A waiting webhook that this transaction has locked.
package struct ClaimedWebhook: Sendable, Equatable {
    /// Its place in the queue, in the database's order.
    package var seq: Int64
    /// The raw webhook.
    package var webhookID: WebhookID
    /// Which feed it came by.
    package var source: WebhookSource
    /// How many processes died while they parsed it.
    package var deaths: Int16
    /// Where its locked row lies.
    package var tid: TID

    init(_ row: inout Row) throws(PostgresError) {
        seq = try row.int64()
        webhookID = WebhookID(rawValue: try row.uuid())
        source = WebhookSource(rawValue: try row.text())
        deaths = try row.int16()
        tid = try row.tid()
    }
}
