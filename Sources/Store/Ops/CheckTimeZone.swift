import PostgresClient

/// Whether Postgres knows a time zone by this name.
public struct CheckTimeZone: Statement {
    public static let access = StatementAccess.reads
    public static let sql = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_timezone_names WHERE name = $1)
        """
    let name: String

    /// Asks for this one.
    public init(_ name: String) { self.name = name }

    public func bind(_ parameters: inout Parameters) { parameters.append(name) }

    public func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool(0) }
    }
}
