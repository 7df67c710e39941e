import TestSupport

/// Runs the body while another session keeps every webhook from being stored, as a stuck disk would.
///
/// - Parameter body: is given what lets go of the lock.
func whileNothingCanBeStored(
    _ processes: TestProcesses, _ database: TestDatabase,
    _ body: (_ letGo: () async throws -> Void) async throws -> Void
) async throws {
    let name = "the holder of the lock"
    let lock = "BEGIN; LOCK TABLE inbox.webhook IN EXCLUSIVE MODE; SELECT pg_sleep(120)"
    let holder = try await processes.start(
        "/usr/bin/env", name: "psql", arguments: ["psql", "-X", "-q", "-d", database.url, "-c", lock],
        environment: ["PGAPPNAME": name])
    try await eventually("the lock is held") {
        try await database.sql(
            """
            SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
            WHERE a.application_name = '\(name)' AND l.relation = 'inbox.webhook'::regclass AND l.granted
              AND a.datname = current_database()
            """) == ["1"]
    }
    try await body {
        try await database.sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = '\(name)' AND datname = current_database()
            """)
        _ = await holder.exit(within: .seconds(20))
    }
}
