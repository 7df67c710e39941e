import PostgresClient

/// Asks whether the database has ever been migrated.
///
/// Reads the catalog's rows, because `to_regclass` may answer from the session's cache. An advisory lock does not
/// refresh that cache, so it may miss the table that another migrator made while this one waited (seen: CREATE SCHEMA
/// failed with 42P06).
public struct FindMigrationTable: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT EXISTS (
            SELECT FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'ops' AND c.relname = 'migration'
        )
        """

    /// Makes the question.
    public init() {}

    /// Whether it has.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool(0) }
    }
}
