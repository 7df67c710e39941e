import PostgresClient

/// Whether a database of this name exists.
package struct DatabaseExists: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)"
    let name: String

    /// Asks for this one.
    package init(_ name: String) { self.name = name }

    package func bind(_ parameters: inout Parameters) { parameters.append(name) }

    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
