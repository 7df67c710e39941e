import TestSupport
import Testing

extension EndToEnd {
    /// A synchronous standby that is away, for as long as nobody mends it.
    @Suite struct StandbyAwayTests {
        @Test func `what idle processes write meanwhile takes up no sessions`() async throws {
            try await withTemporaryFolder { folder in
                try await withTestCluster(in: "\(folder)/cluster") { cluster in
                    let base = try await cluster.url()
                    try await withProcesses { processes in
                        let stack = Stack(processes, folder: folder) { "\(base) user=\($0)" }
                        let ingress = ["POSTROOM_SPOOL_DIR": "\(folder)/spool"]
                        _ = try await stack.ingress(ingress)
                        _ = try await stack.worker()
                        _ = try await stack.api(port: freePort(), waits: true)
                        _ = try await stack.sendWorker(
                            sandbox: SandboxSettings(port: freePort(), log: "", seed: 1, script: ""))
                        _ = try await stack.alertWorker()
                        try await cluster.waitForNobody(true)
                        let now = try await cluster.sql("SELECT now()").joined()
                        // Where they waited, none would be seen, and each would leave a session behind.
                        try await eventually(within: .seconds(60), "each process says twice that it is alive") {
                            try await cluster.sql(
                                """
                                SELECT count(*) FROM (
                                    SELECT FROM ops.process WHERE seen_at > '\(now)'
                                    GROUP BY process_id HAVING count(*) > 1) AS p
                                """) == ["5"]
                        }
                        #expect(
                            try await cluster.sql("SELECT count(*) > 1 FROM ops.spool_report WHERE seen_at > '\(now)'")
                                == ["t"])
                        // One may: which rules of health failed is recorded by one process at a time.
                        let waiting = try await cluster.sql(
                            "SELECT usename FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                        #expect(waiting.isEmpty || waiting == ["postroom_alert_worker"])
                        try await cluster.waitForNobody(false)
                    }
                }
            }
        }
    }
}
