import PostgresClient

/// Takes a transaction-level advisory lock if nobody holds it, so that one process of many does a job.
package struct TryLock: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))"
    let name: String

    /// The lock of this name, held until the transaction ends.
    package init(_ name: String) { self.name = name }

    package func bind(_ parameters: inout Parameters) { parameters.append(name) }

    /// Whether it was had.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
