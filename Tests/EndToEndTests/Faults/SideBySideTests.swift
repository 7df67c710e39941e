import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct SideBySideTests {
        @Test func `a migration under load fails nobody, and processes from before and after it work side by side`()
            async throws
        {
            try await withStack { stack, database in
                let sends = try await Sends(
                    stack, direct: { database.url(user: $0) }, count: 300, script: "delay=20ms-100ms,no-receipt=0.1",
                    seed: testSeed("migration"))
                var before = [try await sends.worker(), try await stack.worker(place: 0), sends.ingress.process]
                before += sends.apis
                let load = Load(port: sends.ingress.port, connections: 4) { Access.onoff(id: $0, text: "") }
                async let first = sends.send(sends.messages.prefix(150))
                try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 100 }

                let folder = try Self.expandedFolder(in: stack.folder)
                let migrate = Command(stack.processes, url: database.url)
                // Where it does not get its locks at once it gives way, and tries again.
                let migrated = try await migrate.run(["migrate", "--sql-dir", folder], within: .seconds(150))
                #expect(migrated.end == "exit code 0", "\(migrated.text)")
                #expect(
                    try await database.sql(
                        "SELECT count(*) FROM information_schema.columns WHERE column_name = 'expanded'") == ["4"])

                let ingress = try await stack.ingress()
                let after = [try await sends.worker(), try await stack.worker(place: 1), ingress.process]
                let laterLoad = Load(port: ingress.port, connections: 4, firstThread: 4) {
                    Access.onoff(id: $0, text: "")
                }
                var answers = await first
                let count = load.sofar.stored.count
                try await eventually(within: .seconds(60), "both are under load") {
                    load.sofar.stored.count > count + 200 && laterLoad.sofar.stored.count > 200
                }
                answers += await sends.send(sends.messages.dropFirst(150))
                let records = [await load.stop(), await laterLoad.stop()]
                for record in records {
                    #expect(record.strange == [] && record.refused == 0 && record.broken == 0)
                }
                try await sends.expectEachSentOnce(answers)
                try await expectAllInTheEnd(records.flatMap(\.stored), url: database.url)
                for process in before + after { #expect(await process.terminate() == .code(0)) }
            }
        }

        /// The sql folder with one more file: columns and an index that nothing knows yet.
        static func expandedFolder(in folder: String) throws -> String {
            let path = "\(folder)/sql"
            try FileManager.default.copyItem(atPath: "\(TestEnvironment.root)/sql", toPath: path)
            let number =
                try FileManager.default.contentsOfDirectory(atPath: path).compactMap { Int($0.prefix(4)) }.max() ?? 0
            let text = """
                -- Columns and an index for a later version.
                -- Locks: ACCESS EXCLUSIVE for a moment.   Phase: before the deploy.
                BEGIN;
                INSERT INTO ops.migration (number, name) VALUES (\(number + 1), 'expand');
                ALTER TABLE queue.webhook ADD COLUMN expanded text;
                ALTER TABLE queue.send ADD COLUMN expanded text;
                ALTER TABLE outbox.entry ADD COLUMN expanded text;
                ALTER TABLE sms_log.entry ADD COLUMN expanded text NOT NULL DEFAULT 'later';
                CREATE INDEX send_expanded_idx ON queue.send (expanded);
                COMMIT;

                """
            let name = String(format: "%04d_expand.sql", number + 1)
            try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
            return path
        }
    }
}
