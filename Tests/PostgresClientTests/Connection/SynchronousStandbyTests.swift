import PostgresClient
import TestSupport
import Testing

/// On a server of its own, which waits for a standby that does not exist.
@Suite struct `A commit that waits for a standby` {
    @Test func `is in doubt where somebody cancels the wait or ends the session`() async throws {
        try await withTemporaryFolder { folder in
            try await withTestCluster(in: "\(folder)/data") { cluster in
                try await commitsInDoubt(cluster)
            }
        }
    }

    private func commitsInDoubt(_ cluster: TestCluster) async throws {
        let configuration = ConnectionConfiguration(connectionString: try await cluster.url())
        let admin = ConnectionPool(configuration, capacity: 1)
        let pool = ConnectionPool(configuration, capacity: 2)
        try await admin.withConnection(timeout: longTime) { connection, _ in
            try connection.script("CREATE TABLE t (a integer)")
            try connection.script("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            try connection.script("SELECT pg_reload_conf()")
        }
        var errors: [PostgresError?] = []
        for function in ["pg_cancel_backend", "pg_terminate_backend"] {
            async let error = failure {
                try await pool.withConnection(timeout: longTime) { connection, deadline in
                    try connection.transaction(deadline: deadline) { try $0.run(Insert(1), deadline: deadline) }
                }
            }
            try await eventually("the commit waits") {
                try await admin.withConnection(timeout: longTime) { connection, _ in
                    try connection.transaction(deadline: .far) {
                        // Else this, too, would wait for the standby where it makes its helper function.
                        try $0.script("SET LOCAL synchronous_commit = local")
                        return try $0.ask(
                            "SELECT count(\(function)(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                    }
                } == "1"
            }
            errors.append(try await error)
        }
        #expect(errors.map { $0?.effect } == [.unknown, .unknown])
        #expect(errors.map { $0?.statement } == ["COMMIT", "COMMIT"])
        #expect(errors[0]?.reason == .commitInDoubt)
        #expect(errors[1]?.isTransient == true)
        // Locally, both are there: exactly what must not be reported as done, nor as undone.
        #expect(try await pool.run(SumOfT(), timeout: longTime) == 2)
        await admin.close()
        await pool.close()
    }
}
