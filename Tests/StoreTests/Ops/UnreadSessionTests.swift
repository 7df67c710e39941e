import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `A session whose client does not read` {
    @Test func `is ended with the rows it holds by another of the same program, and nobody else's is`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                "INSERT INTO queue.webhook (webhook_id, source) SELECT gen_random_uuid(), 'x' FROM generate_series(1, 200)"
            )
            let large = "repeat('x', 100000) FROM generate_series(1, 1000)"
            let clients = [
                try StalledClient(
                    database, user: "postroom_webhook_worker", application: "postroom-webhook-worker",
                    query: "SELECT q.seq, repeat('x', 100000) FROM queue.webhook AS q FOR UPDATE"),
                try StalledClient(
                    database, user: "postroom_webhook_worker", application: "dump", query: "SELECT \(large)"),
                try StalledClient(
                    database, user: "postroom_send_worker", application: "postroom-webhook-worker",
                    query: "SELECT \(large)"),
            ]
            defer { for client in clients { client.close() } }
            let stalled = """
                SELECT usename, application_name FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'ClientWrite' ORDER BY 1, 2
                """
            let others = ["postroom_send_worker|postroom-webhook-worker", "postroom_webhook_worker|dump"]
            try await eventually("all three wait for their clients") {
                try await database.sql(stalled).count == 3
            }
            let free = "SELECT count(*) FROM (SELECT FROM queue.webhook FOR UPDATE SKIP LOCKED) AS q"
            #expect(try await database.sql(free) != ["200"])

            let worker = ConnectionPool(
                ConnectionConfiguration(
                    connectionString: database.url(user: "postroom_webhook_worker"),
                    applicationName: "postroom-webhook-worker"), capacity: 1)
            // They have waited for moments only.
            #expect(try await worker.run(EndUnreadSessions(), timeout: .seconds(30)) == 0)
            #expect(try await worker.run(EndUnreadSessions(olderThan: .zero), timeout: .seconds(30)) == 1)
            try await eventually("its rows are free") { try await database.sql(free) == ["200"] }
            #expect(try await database.sql(stalled) == others)
            await worker.close()
        }
    }
}
