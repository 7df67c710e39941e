import PostgresClient

/// Whether Postgres knows a time zone by this name.
package struct CheckTimeZone: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_timezone_names WHERE name = $1)
        """
    let name: String

    /// Asks for this one.
    package init(_ name: String) { self.name = name }

    /// Asks for this one, which the setting POSTROOM_NXTELE_TIMEZONE names.
    ///
    /// - Throws: ``UnknownTimeZone``, or why Postgres could not be asked.
    package static func require(_ name: String, _ pool: ConnectionPool) async throws {
        guard try await pool.run(CheckTimeZone(name), timeout: .seconds(10)) else { throw UnknownTimeZone(name: name) }
    }

    package func bind(_ parameters: inout Parameters) { parameters.append(name) }

    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}

/// The time zone setting names none that Postgres knows.
package struct UnknownTimeZone: Error, CustomStringConvertible {
    let name: String
    /// Asks whether Postgres knows this zone.
    package init(name: String) { self.name = name }
    /// A sentence for the operator.
    package var description: String { "POSTROOM_NXTELE_TIMEZONE: Postgres knows no time zone of this name: \(name)" }
}
