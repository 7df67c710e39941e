import PostgresClient
import TestSupport
import Testing

extension EndToEnd {
    /// A migration that needs a table which somebody reads in a transaction left open.
    @Suite struct HeldMigrationTests {
        @Test
        func `a migration whose lock is held tries again and again, while webhooks come in, and then goes through`()
            async throws
        {
            try await withStack { stack, database in
                let ingress = try await stack.ingress()
                _ = try await stack.worker()
                let load = Load(port: ingress.port, connections: 4) { Access.onoff(id: $0, text: "") }
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 50 }

                let deadline = Deadline.in(.seconds(200))
                let reader = try Connection.open(
                    ConnectionConfiguration(connectionString: database.url), deadline: deadline)
                try reader.runScript(
                    "BEGIN; SELECT FROM queue.webhook LIMIT 1", named: "reader", deadline: deadline)
                let folder = try SideBySideTests.expandedFolder(in: stack.folder)
                let migrate = try await Command(stack.processes, url: database.url)
                    .start("migrate", "--sql-dir", folder)
                func tries() -> Int { migrate.lines.count { $0.hasPrefix("again ") } }
                try await eventually(within: .seconds(60), "it gives way") { tries() >= 1 }
                let before = load.sofar.stored.count
                try await eventually(within: .seconds(60), "webhooks come in between its tries") {
                    tries() >= 3 && load.sofar.stored.count > before + 100
                }
                #expect(migrate.isRunning, "\(migrate.log)")
                reader.close()

                #expect(await migrate.exit(within: .seconds(120)) == .code(0), "\(migrate.log)")
                #expect(migrate.lines.contains { $0.contains("a lock it needs is held; try 2 of 30") })
                #expect(
                    try await database.sql(
                        "SELECT count(*) FROM information_schema.columns WHERE column_name = 'expanded'") == ["4"])
                let record = await load.stop()
                #expect(record.strange == [] && record.refused == 0 && record.broken == 0)
                try await expectAllInTheEnd(record.stored, url: database.url)
            }
        }
    }
}
