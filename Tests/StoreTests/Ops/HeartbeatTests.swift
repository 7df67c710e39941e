import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `A heartbeat` {
    private static let process = ProcessIdentity(
        id: 0x0190_A3C0_0000_7000_8000_0000_0000_0001, executable: "postroom-api", version: "1.2.3", host: "one",
        pid: 77, startedAt: Timestamp(microseconds: 1_684_593_000_000_007))
    private static let time = Timestamp(microseconds: 1_684_593_000_000_009)

    @Test(arguments: [
        "postroom_ingress", "postroom_webhook_worker", "postroom_api", "postroom_send_worker", "postroom_alert_worker",
    ])
    func `of any process is what monitor.workers shows of it, the latest only`(role: String) async throws {
        try await withTestDatabase { database in
            let session = Session(database.url(user: role))
            try await session.run(InsertHeartbeat(Heartbeat(of: Self.process, at: Self.time, isStopping: false)))
            #expect(try await Self.workers(database, "claimed, alive, stopping") == ["0|t|f"])

            try await session.run(
                InsertHeartbeat(Heartbeat(of: Self.process, at: Self.time, claimed: 9, isStopping: true)))
            await session.close()
            #expect(try await Self.workers(database, "claimed, alive, stopping") == ["9|f|t"])
            #expect(
                try await Self.workers(
                    database, "process_id, executable, version, host, pid, extract(epoch FROM started_at)")
                    == ["0190a3c0-0000-7000-8000-000000000001|postroom-api|1.2.3|one|77|1684593000.000007"])
            #expect(
                try await database.sql("SELECT DISTINCT extract(epoch FROM told_at) FROM ops.process")
                    == ["1684593000.000009"])
        }
    }

    @Test func `that is too old for the rescue is a dead process's for the monitor`() async throws {
        try await withTestDatabase { database in
            // By the view's text, as time goes on between a heartbeat and a look.
            let definition = try await database.sql("SELECT pg_get_viewdef('monitor.workers'::regclass)").joined()
            let spans = definition.matches(of: /- ('[^']*'::interval)/).map { String($0.output.1) }
            let silence = Heartbeat.silence.components.seconds
            #expect(spans == ["'00:00:\(silence)'::interval"])
            // And by the text of the rules, which also say it.
            let rules = try await database.sql("SELECT pg_get_functiondef('monitor.health_rows()'::regprocedure)")
                .joined(separator: "\n")
            let alive = rules.matches(of: /seen_at > now\(\) - interval '([^']*)' AND NOT p.stopping AS alive/)
            #expect(alive.map { String($0.output.1) } == ["\(silence) seconds"])
            #expect(rules.contains("' seen within \(silence) s'"))
        }
    }

    @Test func `of the future does not make a process live, and the prune removes it`() async throws {
        try await withTestDatabase { database in
            // Two that were there before the database's clock was corrected, and one of them since.
            for (id, ago) in [("a", "-1 h"), ("a", "1 min"), ("b", "-1 h"), ("b", "1 s"), ("b", "2 h")] {
                try await database.sql(
                    """
                    INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed)
                    VALUES ('00000000-0000-7000-8000-00000000000\(id)', now() - interval '\(ago)', 'postroom-api', '1',
                            '\(id)', 1, now(), 0)
                    """)
            }
            let alive = "host, alive, silent_seconds < 60"
            #expect(try await Self.workers(database, alive) == ["b|t|t", "a|f|f"])
            let prune = "SELECT ops.prune_heartbeats(NULL)"
            #expect(try await database.sql(prune, user: "postroom_webhook_worker") == ["2"])
            #expect(try await Self.workers(database, alive) == ["b|t|t", "a|f|f"])
            #expect(
                try await database.sql("SELECT host, count(*) FROM ops.process GROUP BY 1 ORDER BY 1") == [
                    "a|1", "b|2",
                ])
        }
    }

    private static func workers(_ database: TestDatabase, _ columns: String) async throws -> [String] {
        try await database.sql("SELECT \(columns) FROM monitor.workers")
    }
}
