import PostgresClient

/// The first column of the first row as text, of a statement given at run time; only reads.
struct Ask: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT pg_temp.ask($1)"
    let text: String
    init(_ text: String) { self.text = text }
    func bind(_ parameters: inout Parameters) { parameters.append(text) }
    func decode(_ rows: Rows) throws(PostgresError) -> String? {
        try rows.single { row throws(PostgresError) in try row.optionalText() }
    }
}

extension Connection {
    /// Answers with the first column of the first row of a query, as text.
    func ask(_ query: String) throws -> String? {
        // Before the question, as the function is gone with the session.
        try runScript(
            """
            DO $do$ BEGIN
                IF to_regproc('pg_temp.ask') IS NULL THEN
                    CREATE FUNCTION pg_temp.ask(query text) RETURNS text LANGUAGE plpgsql AS $$
                    DECLARE answer text; BEGIN EXECUTE query INTO answer; RETURN answer; END $$;
                END IF;
            END $do$
            """, named: "prepare", deadline: .far)
        return try run(Ask(query), deadline: .far)
    }

    func script(_ sql: String, within limit: Duration = longTime) throws(PostgresError) {
        try runScript(sql, named: "script", deadline: .in(limit))
    }
}

/// `pg_sleep` that claims only to read, so that it may be cancelled outside a transaction.
struct Sleep: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT pg_sleep($1::bigint / 1000.0)"
    let milliseconds: Int64
    func bind(_ parameters: inout Parameters) { parameters.append(milliseconds) }
    func decode(_ rows: Rows) throws(PostgresError) {}
}

/// `pg_sleep` that writes: outside a transaction it commits itself.
struct SleepAndWrite: Statement {
    static let sql = "WITH slept AS (SELECT pg_sleep($1::bigint / 1000.0)) INSERT INTO t SELECT 1 FROM slept"
    let milliseconds: Int64
    func bind(_ parameters: inout Parameters) { parameters.append(milliseconds) }
    func decode(_ rows: Rows) throws(PostgresError) {}
}

/// Writes one row to `t (a integer)`.
struct Insert: Statement {
    static let sql = "INSERT INTO t VALUES ($1)"
    let value: Int32
    init(_ value: Int32) { self.value = value }
    func bind(_ parameters: inout Parameters) { parameters.append(value) }
    func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}

/// The sum of `t`, or 0.
struct SumOfT: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT coalesce(sum(a), 0)::bigint FROM t"
    func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}

/// The number of the server's process behind a connection.
struct BackendNumber: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT pg_backend_pid()"
    func decode(_ rows: Rows) throws(PostgresError) -> Int32 {
        try rows.single { row throws(PostgresError) in try row.int32() }
    }
}

/// One whose SQL the server refuses.
struct BrokenSQL: Statement {
    static let sql = "SELECT * FROM no_such_table"
    func decode(_ rows: Rows) throws(PostgresError) {}
}
