import PostgresClient

/// Whether a database of this name exists.
public struct DatabaseExists: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)"
    let name: String

    /// Asks for this one.
    public init(_ name: String) { self.name = name }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(name) }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool(0) }
    }
}
