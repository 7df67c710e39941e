import Operations

extension TestCluster {
    /// Has `pg_receivewal` take its log into a folder that is still to be made.
    package func receiveLog(in folder: String) async throws {
        try Self.makeFolder(folder)
        try await receive("pg_receivewal", ["-d", try serverURL, "-D", folder, "--synchronous", "--no-loop"])
    }

    /// Has `pg_recvlogical` take what is done in its database, which nobody keeps; restarts it.
    package func decodeLog() async throws {
        try await restart(adding: "\nwal_level = logical\n")
        try await sql("CREATE PUBLICATION everything FOR ALL TABLES")
        try await sql("SELECT pg_create_logical_replication_slot('decoded', 'pgoutput')")
        let options = ["-o", "proto_version=1", "-o", "publication_names=everything"]
        try await receive(
            "pg_recvlogical",
            ["-d", try url(), "--slot=decoded", "--start", "--file=/dev/null", "--no-loop"] + options)
    }

    private func receive(_ program: String, _ arguments: [String]) async throws {
        receivers[program] = try ChildProcess.start(try await Self.launch(program, arguments)) { _ in }
    }

    /// Ends what takes its log.
    package func stopReceiving(_ program: String) { receivers.removeValue(forKey: program)?.kill() }

    /// Has commits wait for these, and waits until who takes its log is waited for so.
    ///
    /// - Parameter states: by name, `name state`.
    package func waitFor(_ names: String, states: [String]) async throws {
        try await sql("ALTER SYSTEM SET synchronous_standby_names = '\(names)'")
        try await sql("SELECT pg_reload_conf()")
        try await eventually(within: .seconds(30), "\(names): \(states)") { @Sendable in
            let setting = try await self.sql("SHOW synchronous_standby_names").joined()
            let seen = try await self.sql(
                """
                SELECT application_name || ' ' || sync_state FROM pg_stat_replication
                WHERE state = 'streaming' ORDER BY application_name COLLATE "C"
                """)
            return setting == names && seen == states
        }
    }
}
