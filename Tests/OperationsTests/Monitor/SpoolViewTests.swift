import TestSupport
import Testing

@Suite struct SpoolViewTests {
    @Test func `of each folder the latest report is shown, with what went out of it in a minute`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            // An ingress before counted for itself.
            try await report(database, "a", process: 4, ago: "55 s", webhooks: 95, drained: 500)
            try await report(database, "a", process: 1, ago: "50 s", webhooks: 90, drained: 10)
            try await report(database, "a", process: 1, ago: "5 s", webhooks: 20, drained: 80)
            try await report(database, "b", process: 2, ago: "3 h", webhooks: 7, drained: 0)
            try await report(database, "c", process: 3, ago: "1 s", webhooks: 0, drained: 9)
            #expect(
                try await fixtures.view(
                    """
                    SELECT folder, host, webhooks, bytes, oldest_seconds BETWEEN 60 AND 4 * 3600, files_aside,
                           drained_last_minute, silent_seconds > 3600
                    FROM monitor.spool ORDER BY folder
                    """) == ["a|here|20|2000|t|0|70|f", "b|here|7|700|t|0||t", "c|here|0|0||0|0|f"])
        }
    }

    @Test func `one that is silent without having closed is unknown, and health says so`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            try await report(database, "alive", process: 1, ago: "5 s", webhooks: 0, drained: 10)
            try await report(database, "ended", process: 2, ago: "3 h", webhooks: 0, drained: 10, closed: true)
            // It died in an outage: what it said last was that it is empty.
            try await report(database, "died", process: 3, ago: "2 min", webhooks: 0, drained: 10)
            try await report(database, "died full", process: 4, ago: "2 min", webhooks: 5, drained: 10)
            #expect(
                try await fixtures.view("SELECT folder, state FROM monitor.spool ORDER BY folder")
                    == ["alive|reporting", "died|unknown", "died full|unknown", "ended|closed"])
            let health =
                "SELECT value, ok, detail LIKE '%each of these, %' FROM monitor.health WHERE name = 'spools_drain'"
            #expect(try await fixtures.view(health) == ["7|f|t"])
            try await report(database, "died", process: 5, ago: "1 s", webhooks: 0, drained: 0)
            try await report(database, "died full", process: 6, ago: "1 s", webhooks: 0, drained: 0, closed: true)
            #expect(try await fixtures.view(health) == ["0|t|t"])
        }
    }

    @Test func `the prune leaves the last word on a spool that was not closed`() async throws {
        try await withTestDatabase { database in
            try await report(database, "full", process: 1, ago: "5 h", webhooks: 90, drained: 10)
            try await report(database, "full", process: 1, ago: "4 h", webhooks: 70, drained: 10)
            try await report(database, "drained", process: 2, ago: "5 h", webhooks: 70, drained: 10)
            try await report(database, "drained", process: 2, ago: "4 h", webhooks: 0, drained: 80, closed: true)
            try await report(database, "died", process: 4, ago: "5 h", webhooks: 0, drained: 80)
            try await report(database, "died", process: 4, ago: "4 h", webhooks: 0, drained: 80)
            try await report(database, "alive", process: 3, ago: "4 h", webhooks: 5, drained: 0)
            try await report(database, "alive", process: 3, ago: "1 s", webhooks: 6, drained: 0)
            let prune = "SELECT ops.prune_heartbeats(interval '1 h')"
            #expect(try await database.sql(prune, user: "postroom_webhook_worker") == ["5"])
            #expect(
                try await database.sql("SELECT folder, webhooks FROM ops.spool_report ORDER BY 1")
                    == ["alive|6", "died|0", "full|70"])
            #expect(try await database.sql(prune, user: "postroom_webhook_worker") == ["0"])
        }
    }

    @Test func `the last report stands, though the clock of the database was ahead at those before it`() async throws {
        try await withTestDatabase { database in
            let fixtures = MonitorFixtures(database: database)
            try await report(database, "full", process: 1, ago: "-1 h", webhooks: 0, drained: 10, closed: true)
            try await report(database, "full", process: 2, ago: "2 min", webhooks: 5_000, drained: 0)
            // Nothing came from these since.
            try await report(database, "died", process: 3, ago: "5 min", webhooks: 1, drained: 10)
            try await report(database, "died", process: 3, ago: "-1 h", webhooks: 7, drained: 10)
            try await report(database, "ended", process: 4, ago: "-1 h", webhooks: 0, drained: 10, closed: true)
            let view = "SELECT folder, state, webhooks FROM monitor.spool ORDER BY folder"
            let left = ["died|unknown|7", "full|unknown|5000"]
            #expect(try await fixtures.view(view) == [left[0], "ended|closed|0", left[1]])
            let prune = "SELECT ops.prune_heartbeats(interval '1 h')"
            #expect(try await database.sql(prune, user: "postroom_webhook_worker") == ["2"])
            #expect(try await fixtures.view(view) == left)
            try await database.sql("UPDATE ops.spool_report SET seen_at = seen_at - interval '3 h'")
            #expect(try await database.sql(prune, user: "postroom_webhook_worker") == ["1"])
            #expect(try await fixtures.view(view) == left)
        }
    }

    private func report(
        _ database: TestDatabase, _ folder: String, process: Int, ago: String, webhooks: Int, drained: Int,
        closed: Bool = false
    ) async throws {
        let oldest = webhooks > 0 ? "now() - interval '\(ago)' - interval '1 min'" : "NULL"
        try await database.sql(
            """
            INSERT INTO ops.spool_report
                (process_id, seen_at, host, folder, webhooks, bytes, oldest_at, files_aside, spooled, drained, closed)
            VALUES ('0190a3c0-0000-7000-8000-00000000000\(process)', now() - interval '\(ago)', 'here', '\(folder)',
                    \(webhooks), \(webhooks * 100), \(oldest), 0, 100, \(drained), \(closed))
            """)
    }
}
