import Domain
import PostgresClient
import Store

/// What running some stored webhooks again did, or would do.
package struct ReplayReport: Sendable {
    /// The last webhook that was walked past; nil at the end.
    package var last: WebhookID?
    /// Run again.
    package var replayed = 0
    /// Of those, told something new.
    package var news: [WebhookID] = []
    /// Of those, had the key of a known one and another content.
    package var conflicts = 0
    /// Events by which somebody opts out or in that were not known yet, whatever else their SMS said.
    package var optOuts = 0
    /// Those that the current parsers do not read: nothing was done.
    package var unreadable: [Burial] = []
    /// Those that Postgres refuses for their data: nothing was done.
    package var refused: [(id: WebhookID, cause: PostgresError)] = []
    /// Those that met other transactions, or a row that somebody holds locked: nothing was done, and they may be tried
    /// again.
    package var left: [WebhookID] = []
    /// The entries that changed.
    package var changes: [EntryChange] = []
}
