import PostgresClient

/// Whether Postgres knows a time zone by this name.
public struct CheckTimeZone: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_timezone_names WHERE name = $1)
        """
    let name: String

    /// Asks for this one.
    public init(_ name: String) { self.name = name }

    /// Asks for this one, which the setting POSTROOM_NXTELE_TIMEZONE names.
    ///
    /// - Throws: ``UnknownTimeZone``, or why Postgres could not be asked.
    public static func require(_ name: String, _ pool: ConnectionPool) async throws {
        guard try await pool.run(CheckTimeZone(name), timeout: .seconds(10)) else { throw UnknownTimeZone(name: name) }
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(name) }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool(0) }
    }
}

/// The time zone setting names none that Postgres knows.
public struct UnknownTimeZone: Error, CustomStringConvertible {
    let name: String
    /// Of this name.
    public init(name: String) { self.name = name }
    /// A sentence for the operator.
    public var description: String { "POSTROOM_NXTELE_TIMEZONE: Postgres knows no time zone of this name: \(name)" }
}
