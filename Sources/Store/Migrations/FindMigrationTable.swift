import PostgresClient

/// Asks whether the database has ever been migrated.
///
/// Reads the catalog's rows, because `to_regclass` may answer from the session's cache. An advisory lock does not
/// refresh that cache, so it may miss the table that another migrator made while this one waited (seen: CREATE SCHEMA
/// failed with 42P06).
package struct FindMigrationTable: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT EXISTS (
            SELECT FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'ops' AND c.relname = 'migration'
        )
        """

    package init() {}

    /// Whether it has.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
