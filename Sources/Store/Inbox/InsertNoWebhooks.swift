import PostgresClient

/// Stores no webhook in the way in which ``InsertWebhooks`` stores some: a sign of life of a server that takes webhooks.
///
/// Fails where that would fail for all: on a standby, in a database that is not migrated, as a role that may not, while
/// somebody holds the tables. It writes nothing, so it waits neither for the disk nor for a standby, and tells nothing of a
/// commit.
package struct InsertNoWebhooks: Statement {
    package static let access = StatementAccess.reads
    /// The statement. Not prepared: the plan that ``InsertWebhooks`` keeps is to be made with a batch's values.
    package static let sql = InsertWebhooks.sql

    package init() {}

    package func bind(_ parameters: inout Parameters) { InsertWebhooks(WebhookBatch()).bind(&parameters) }

    /// Nothing.
    package func decode(_ rows: Rows) throws(PostgresError) {}
}
