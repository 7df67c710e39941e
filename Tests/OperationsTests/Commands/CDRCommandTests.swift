import Domain
import Foundation
import Sandbox
import TestSupport
import Testing

@testable import Operations

@Suite struct CDRCommandTests {
    /// An attempt's id by number.
    private static func attempt(_ number: Int) -> String { "0190a3c0-0000-7000-8001-" + padded(number) }

    private static func padded(_ number: Int) -> String {
        String(repeating: "0", count: 12 - String(number).count) + String(number)
    }

    /// A sandbox that took messages 1...count under our own ids, today.
    private func withSandbox(
        _ count: Int, script: String = "own-id=on", _ body: (SandboxServer, CivilDate) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration()
        configuration.script = try SandboxScript("no-receipt=1,utc-offset=0h,\(script)")
        let noon = try #require(Timestamp(iso8601: "2026-05-10T12:00:00Z"))
        let server = SandboxServer(configuration, now: { noon })
        try await server.start()
        do {
            for number in 1...count {
                let body =
                    "appkey=sandbox&secretkey=sandbox&phone=49151\(number)000000&content=abc&sys_messageid="
                    + Self.attempt(number)
                _ = try await HTTPProbe.send(
                    Array(
                        ("POST /api/sms/mtsend HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8), port: UInt16(server.port))
            }
            try await body(server, noon.day)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Attempts of that day that the provider accepted, each with a receipt of this price and size.
    private func addAttempts(_ database: TestDatabase, _ numbers: ClosedRange<Int>) async throws {
        try await database.sql(
            """
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost,
                 currency, encoding, provider, created_at)
            SELECT ('0190a3c0-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'default', 'u', '+49151', 'm', 's', 1, 1, 1,
                   'USD', 'gsm7', 'nxtele', now()
            FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) AS n;
            INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at,
                                        dispatched_at, settled_at)
            SELECT ('0190a3c0-0000-7000-8001-' || lpad(n::text, 12, '0'))::uuid,
                   ('0190a3c0-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 0, 1, 'nxtele', '+49151', 'accepted',
                   now(), '2026-05-10 12:00:00Z', '2026-05-10 12:00:00Z'
            FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) AS n;
            INSERT INTO outbox.receipt
                (id, provider, source, account, received_at, message_id, phone, status, result, reported_time,
                 submitted_time, ext, price, size, rate, currency, content_hash, rank, attempt_id, entry_id, matched_at)
            SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now(), 'm', '49', '2', '', '', '', '', 0.045, 1, 7, 'USD',
                   1, 3, a.id, a.entry_id, now()
            FROM outbox.attempt AS a
            """)
    }

    private func importing(
        _ bed: CommandBed, _ server: SandboxServer, _ day: CivilDate, _ more: String...
    ) async throws -> CommandBed.Outcome {
        try await bed.run(
            ["cdr", "import", "--day", day.description] + more,
            environment: [
                "POSTROOM_NXTELE_URL": "http://127.0.0.1:\(server.port)/", "POSTROOM_NXTELE_APPKEY": "sandbox",
                "POSTROOM_NXTELE_SECRETKEY": "sandbox", "POSTROOM_NXTELE_TIMEZONE": "UTC",
            ])
    }

    @Test func `a day is read page by page, once however often, and every difference is named`() async throws {
        try await withSandbox(25) { server, day in
            try await withCommandBed { bed in
                // Attempts are found by the time in their ids: those of that day.
                let first = try await bed.database.sql("SELECT ops.time_lowest_id('2026-05-10 12:00:00Z')")
                try await addAttempts(bed.database, 1...22)
                try await bed.database.sql(
                    """
                    UPDATE outbox.receipt SET price = 0.05 WHERE attempt_id = '\(Self.attempt(3))';
                    UPDATE outbox.receipt SET size = 2 WHERE attempt_id = '\(Self.attempt(4))';
                    INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                                                provider_message_id, prepared_at, dispatched_at, settled_at)
                    SELECT '\(first[0])', entry_id, 1, 1, 'nxtele', '+49151', 'accepted', 'not-listed', now(),
                           '2026-05-10 12:00:00Z', '2026-05-10 12:00:00Z'
                    FROM outbox.attempt WHERE id = '\(Self.attempt(1))'
                    """)
                for (round, changed) in [(1, 25), (2, 0)] {
                    let run = try await importing(bed, server, day, "--page-size", "10")
                    #expect(run.end == "exit code 0", "round \(round): \(run.text)")
                    #expect(run.lines.first == "2026-05-10: 25 records read.", "\(run.text)")
                    #expect(
                        try await MonitorFixtures(database: bed.database).view(
                            """
                            SELECT day, time_zone, records, changed, gone, charged, matched, not_with_us, not_in_list,
                                   sizes_differ, prices_differ FROM monitor.cdr
                            """) == ["2026-05-10|UTC|25|\(changed)|0|1.125|22|3|1|1|1"])
                }
                #expect(
                    try await bed.database.sql(
                        """
                        SELECT kind, message_id, listed_size, listed_price, our_size, our_price
                        FROM billing.cdr_differences('nxtele', '2026-05-10', 'UTC')
                        WHERE kind NOT IN ('matched', 'not_with_us') ORDER BY kind
                        """, user: "postroom_operator") == [
                            "not_in_list|not-listed||||", "price_differs|\(Self.attempt(3))|1|0.045|1|0.05",
                            "size_differs|\(Self.attempt(4))|1|0.045|2|0.045",
                        ])
                #expect(
                    try await bed.database.sql(
                        "SELECT size_text, price_text, billing_status, submitted_time FROM billing.cdr LIMIT 1")
                        == ["1|0.045|Billed|2026-05-10 12:00:00"])
            }
        }
    }

    @Test func `a provider that wants to be asked less often is waited for`() async throws {
        try await withCommandBed { bed in
            var configuration = SandboxConfiguration()
            configuration.script = try SandboxScript("list-interval=1500ms,utc-offset=0h")
            let server = SandboxServer(configuration)
            try await server.start()
            let day = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).day
            for place in 0..<2 {
                let run = try await importing(bed, server, day)
                #expect(run.end == "exit code 0", "\(place): \(run.text)")
                #expect(run.lines.first == "\(day): 0 records read.", "\(run.text)")
            }
            await server.stop()
        }
    }

    @Test func `a file of answers is as good, and one that is none stores nothing`() async throws {
        try await withCommandBed { bed in
            func page(_ rows: String) -> String {
                #"{"code":"0","info":{"total":2,"page":1,"pageSize":999,"rows":["# + rows + "]}}"
            }
            let one =
                #"{"msgid":"m1","phone":"49151","billing_size":1,"billing_price":0.0450,"dr":"DELIVRD","body":"secret"}"#
            let odd = #"{"msgid":"m2","phone":"49151","billing_size":"many","billing_price":"?","billing_status":"是"}"#
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("cdr-\(UUID()).jsonl").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            let arguments = ["cdr", "import", "--day", "2026-05-10", "--file", path]
            try (page(one) + "\nnonsense\n").write(toFile: path, atomically: true, encoding: .utf8)
            let refused = try await bed.run(arguments)
            #expect(refused.end == "exit code 1")
            #expect(refused.text.contains("Line 2 of"), "\(refused.text)")
            try page(one).write(toFile: path, atomically: true, encoding: .utf8)
            let short = try await bed.run(arguments)
            #expect(short.end == "exit code 1")
            #expect(short.text.contains("counts 2 records and has 1"), "\(short.text)")
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cdr") == ["0"])
            try (page(one) + "\n\n" + page(odd + #",{"phone":"1"}"#)).write(
                toFile: path, atomically: true, encoding: .utf8)
            let done = try await bed.run(arguments)
            #expect(done.end == "exit code 0", "\(done.text)")
            #expect(
                done.lines.prefix(2) == [
                    "2026-05-10: 2 records read.", "1 records without a message id were left out.",
                ], "\(done.text)")
            #expect(
                try await bed.database.sql(
                    "SELECT message_id, size_text, price_text, size, price, billing_status FROM billing.cdr ORDER BY 1")
                    == ["m1|1|0.0450|1|0.045|", "m2|many|?|||是"])
            // What cannot be read is not in the sum, which says so.
            #expect(done.lines.contains("without a readable charge  1"), "\(done.text)")
            #expect(
                try await MonitorFixtures(database: bed.database).view(
                    "SELECT records, charged, without_charge FROM monitor.cdr") == ["2|0.045|1"])
            #expect(
                try await bed.database.sql(
                    """
                    SELECT message_id FROM billing.cdr_differences('nxtele', '2026-05-10', 'Asia/Shanghai')
                    WHERE kind = 'without_charge'
                    """, user: "postroom_operator") == ["m2"])
            #expect(
                try await bed.database.sql("SELECT count(*) FROM billing.cdr AS c WHERE c::text LIKE '%secret%'") == [
                    "0"
                ])
        }
    }

    /// A page of a day's list with records of these ids, of so many in all.
    private static func page(_ ids: [String], total: Int, price: String = "0.045") -> String {
        let rows = ids.map { #"{"msgid":"\#($0)","phone":"49151","billing_size":1,"billing_price":\#(price)}"# }
        return
            #"{"code":"0","info":{"total":\#(total),"page":1,"pageSize":1,"rows":[\#(rows.joined(separator: ","))]}}"#
    }

    private static func list(of database: TestDatabase) async throws -> [String] {
        try await database.sql(
            """
            SELECT message_id, listed_price FROM billing.cdr_differences('nxtele', '2026-05-10', 'Asia/Shanghai')
            ORDER BY 1
            """, user: "postroom_operator")
    }

    @Test func `a list takes the place of the one before as a whole: what is in it no more is gone`() async throws {
        try await withCommandBed { bed in
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("cdr-\(UUID()).jsonl").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            func importFile(_ pages: String) async throws -> [String] {
                try pages.write(toFile: path, atomically: true, encoding: .utf8)
                try await bed.succeed("cdr", "import", "--day", "2026-05-10", "--file", path)
                return try await MonitorFixtures(database: bed.database).view(
                    "SELECT records, changed, gone, charged FROM monitor.cdr WHERE day = '2026-05-10'")
            }
            try Self.page(["m3"], total: 1).write(toFile: path, atomically: true, encoding: .utf8)
            try await bed.succeed("cdr", "import", "--day", "2026-05-11", "--file", path)
            #expect(try await importFile(Self.page(["m1", "m2", "m3"], total: 3)) == ["3|3|0|0.135"])
            #expect(
                try await importFile(
                    Self.page(["m1"], total: 3) + "\n" + Self.page(["m3", "m4"], total: 3, price: "0.05"))
                    == ["3|2|1|0.145"])
            #expect(try await Self.list(of: bed.database) == ["m1|0.045", "m3|0.05", "m4|0.05"])
            // An import that was replaced meanwhile, repeated, has no records any more.
            await #expect(throws: (any Error).self) {
                try await bed.database.sql(
                    "SELECT billing.compare_cdr('nxtele', '2026-05-10', 'UTC', gen_random_uuid())",
                    user: "postroom_operator")
            }
            #expect(try await Self.list(of: bed.database) == ["m1|0.045", "m3|0.05", "m4|0.05"])
            // Of other days nothing goes.
            #expect(
                try await bed.database.sql("SELECT day, count(*) FROM billing.cdr GROUP BY 1 ORDER BY 1")
                    == ["2026-05-10|3", "2026-05-11|1"])
        }
    }

    @Test func `our id is ours in whatever form a list has it, and what is matched is not missing`() async throws {
        try await withCommandBed { bed in
            // Found by the time in their ids, in which are letters.
            let ids = try await bed.database.sql(
                """
                INSERT INTO outbox.entry
                    (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                     total_cost, currency, encoding, provider, created_at)
                SELECT '0190a3c0-0000-7000-8000-000000000001', 'default', 'u', '+49151', 'm', 's', 1, 1, 1, 'USD', 'gsm7',
                       'nxtele', now();
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at,
                                            dispatched_at, settled_at)
                SELECT (left(ops.time_lowest_id('2026-05-10 12:00:00Z')::text, 24) || lpad(n::text, 12, '0'))::uuid,
                       '0190a3c0-0000-7000-8000-000000000001', 0, n, 'nxtele', '+49151', 'accepted', now(),
                       '2026-05-10 12:00:00Z', '2026-05-10 12:00:00Z'
                FROM generate_series(1, 6) AS n RETURNING id;
                """)
            try #require(ids.count == 6 && ids[0].uppercased() != ids[0])
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("cdr-\(UUID()).jsonl").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            for (day, listed) in [
                ("2026-05-11", [ids[4].replacing("-", with: "").uppercased()]),
                (
                    "2026-05-10",
                    [
                        ids[0].replacing("-", with: ""), ids[1].uppercased(),
                        ids[2].prefix(8).uppercased() + ids[2].dropFirst(9), ids[3],
                    ]
                ),
            ] {
                try Self.page(listed, total: listed.count).write(toFile: path, atomically: true, encoding: .utf8)
                try await bed.succeed("cdr", "import", "--day", day, "--file", path)
            }
            #expect(
                try await MonitorFixtures(database: bed.database).view(
                    "SELECT day, matched, not_with_us, not_in_list FROM monitor.cdr ORDER BY day")
                    == ["2026-05-10|4|0|1", "2026-05-11|1|0|0"])
            #expect(
                try await bed.database.sql(
                    """
                    SELECT attempt_id FROM billing.cdr_differences('nxtele', '2026-05-10', 'Asia/Shanghai')
                    WHERE kind = 'not_in_list'
                    """, user: "postroom_operator") == [ids[5]])
        }
    }

    /// Each with the day before and after it imported: all three lists have nothing of ours.
    @Test func `what was taken is missing in the list of the day of its hand-over, and in no other`() async throws {
        try await withCommandBed { bed in
            try await addAttempts(bed.database, 1...1)
            try await bed.database.sql("DELETE FROM outbox.receipt; DELETE FROM outbox.attempt")
            func add(
                _ number: Int, _ state: String, made: String, dispatched: String?, settled: String,
                hasReceipt: Bool = false
            ) async throws -> String {
                let ids = try await bed.database.sql(
                    """
                    INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                                                prepared_at, dispatched_at, settled_at)
                    SELECT (left(ops.time_lowest_id('2026-05-\(made)Z')::text, 24) || '\(Self.padded(number))')::uuid, e.id, 0,
                           \(number), 'nxtele', '+49151', '\(state)', '2026-05-\(made)Z',
                           \(dispatched.map { "'2026-05-\($0)Z'" } ?? "NULL"), '2026-05-\(settled)Z'
                    FROM outbox.entry AS e RETURNING id
                    """)
                if hasReceipt {
                    try await bed.database.sql(
                        """
                        INSERT INTO outbox.receipt
                            (id, provider, source, account, received_at, message_id, phone, status, result, reported_time,
                             submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
                        SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now(), 'by receipt \(number)', '49', '2', '', '', '', '', 1, 3,
                               a.id, a.entry_id, now()
                        FROM outbox.attempt AS a WHERE a.id = '\(ids[0])'
                        """)
                }
                return ids[0]
            }
            let missing = [
                // Unclear until the record query, or a duplicate, proved it the next day.
                try await add(1, "accepted", made: "10 23:00", dispatched: "10 23:00", settled: "11 15:00"),
                // Proved by a receipt alone.
                try await add(
                    2, "unclear", made: "10 12:00", dispatched: "10 12:00", settled: "10 12:01", hasReceipt: true),
                try await add(
                    3, "not_sent", made: "10 12:00", dispatched: "10 12:00", settled: "10 12:01", hasReceipt: true),
                // Written down long before it was handed over.
                try await add(4, "accepted", made: "09 20:00", dispatched: "10 12:00", settled: "10 12:00"),
            ]
            // Nothing shows that these were taken.
            _ = try await add(5, "unclear", made: "10 12:00", dispatched: "10 12:00", settled: "10 12:01")
            _ = try await add(6, "not_sent", made: "10 12:00", dispatched: nil, settled: "10 12:01")
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("cdr-\(UUID()).jsonl").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            func importDay(_ day: Int, _ listed: [String]) async throws {
                try Self.page(listed, total: listed.count).write(toFile: path, atomically: true, encoding: .utf8)
                let date = "2026-05-\(day < 10 ? "0" : "")\(day)"
                let run = try await bed.run(
                    ["cdr", "import", "--day", date, "--file", path], environment: ["POSTROOM_NXTELE_TIMEZONE": "UTC"])
                #expect(run.end == "exit code 0", "\(run.text)")
            }
            for day in 9...11 { try await importDay(day, ["other-\(day)"]) }
            #expect(
                try await MonitorFixtures(database: bed.database).view(
                    "SELECT day, not_in_list FROM monitor.cdr ORDER BY day")
                    == ["2026-05-09|0", "2026-05-10|4", "2026-05-11|0"])
            #expect(
                try await bed.database.sql(
                    """
                    SELECT attempt_id FROM billing.cdr_differences('nxtele', '2026-05-10', 'UTC')
                    WHERE kind = 'not_in_list'
                    """, user: "postroom_operator"
                ).sorted() == missing.sorted())
            // Where the answer was lost only a receipt has the provider's id, by which a list has the message.
            try await importDay(11, ["other-11", "by receipt 3"])
            try await importDay(10, ["other-10", "by receipt 2"])
            #expect(
                try await MonitorFixtures(database: bed.database).view(
                    "SELECT day, matched, not_with_us, not_in_list FROM monitor.cdr ORDER BY day")
                    == ["2026-05-09|0|1|0", "2026-05-10|1|1|2", "2026-05-11|1|1|0"])
        }
    }

    @Test(arguments: [
        ["cdr", "import", "--day", "2026-05-10"], ["receipts", "overdue"],
        ["replay", "--from", "2026-05-10T00:00:00Z"],
        ["dead", "replay", "--all"],
    ])
    func `a time zone that Postgres would read as another is refused`(command: [String]) async throws {
        try await withCommandBed { bed in
            var arguments = command
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("cdr-\(UUID()).jsonl").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            if command[0] == "cdr" {
                try Self.page(["m1"], total: 1).write(toFile: path, atomically: true, encoding: .utf8)
                arguments += ["--file", path]
            }
            let run = try await bed.run(arguments, environment: ["POSTROOM_NXTELE_TIMEZONE": "UTC+8"])
            #expect(run.end == "exit code 1", "\(run.text)")
            #expect(
                run.text.contains("POSTROOM_NXTELE_TIMEZONE: Postgres knows no time zone of this name: UTC+8"),
                "\(run.text)")
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cdr") == ["0"])
        }
    }

    @Test func `every record of a message counts, and those past its first are told as billed twice`() async throws {
        try await withCommandBed { bed in
            try await addAttempts(bed.database, 1...1)
            try await bed.database.sql("UPDATE outbox.attempt SET provider_message_id = 'm1'")
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("cdr-\(UUID()).jsonl").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            func importFile(_ pages: String...) async throws -> [String] {
                try pages.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
                let run = try await bed.run(["cdr", "import", "--day", "2026-05-10", "--file", path])
                #expect(run.end == "exit code 0", "\(run.text)")
                let count = try await MonitorFixtures(database: bed.database).view(
                    "SELECT billed_twice FROM monitor.cdr")
                #expect(
                    run.lines.contains { $0.hasPrefix("billed twice") && $0.hasSuffix(" \(count[0])") }, "\(run.text)")
                return try await MonitorFixtures(database: bed.database).view(
                    """
                    SELECT records, changed, gone, charged, matched, not_with_us, sizes_differ, prices_differ, billed_twice
                    FROM monitor.cdr
                    """)
            }
            // Of one message: the same twice on a page, once more on the next at another price, and by our own id.
            let first = Self.page(["m1", "m2", "m1"], total: 5)
            let second = Self.page(["m1", Self.attempt(1)], total: 5, price: "0.05")
            #expect(try await importFile(first, second) == ["5|5|0|0.235|4|1|0|2|3"])
            #expect(
                try await bed.database.sql(
                    """
                    SELECT message_id, attempt_id, listed_price, our_price
                    FROM billing.cdr_differences('nxtele', '2026-05-10', 'Asia/Shanghai')
                    WHERE kind = 'billed_twice' ORDER BY message_id, listed_price
                    """, user: "postroom_operator") == [
                        "\(Self.attempt(1))|\(Self.attempt(1))|0.05|0.045", "m1|\(Self.attempt(1))|0.045|0.045",
                        "m1|\(Self.attempt(1))|0.05|0.045",
                    ])
            // Another order is no change; one that goes is gone, and what costs otherwise has changed.
            #expect(try await importFile(second, first) == ["5|0|0|0.235|4|1|0|2|3"])
            #expect(try await importFile(Self.page(["m1", "m2"], total: 2)) == ["2|0|3|0.09|1|1|0|0|0"])
            #expect(
                try await importFile(Self.page(["m1", "m1"], total: 3), Self.page(["m2"], total: 3, price: "0.05"))
                    == ["3|2|0|0.14|2|1|0|0|1"])
        }
    }

    @Test(arguments: [#"{"code":"2"}"#, page([], total: 2)])
    func `a list that breaks off, or is shorter than it says, leaves the day as it was`(_ second: String) async throws {
        try await withCommandBed { bed in
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("cdr-\(UUID()).jsonl").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Self.page(["m1", "m2"], total: 2).write(toFile: path, atomically: true, encoding: .utf8)
            try await bed.succeed("cdr", "import", "--day", "2026-05-10", "--file", path)
            let answer: @Sendable (WebhookReceiver.Request, Int) -> WebhookReceiver.Reply = { _, number in
                let body = number == 1 ? Self.page(["m9"], total: 2) : second
                return .bytes(
                    Array(
                        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                            + "Connection: close\r\n\r\n" + body).utf8))
            }
            try await withReceiver(reply: answer) { receiver in
                let run = try await bed.run(
                    ["cdr", "import", "--day", "2026-05-10", "--page-size", "1"],
                    environment: [
                        "POSTROOM_NXTELE_URL": "http://127.0.0.1:\(receiver.port)", "POSTROOM_NXTELE_APPKEY": "x",
                        "POSTROOM_NXTELE_SECRETKEY": "y",
                    ])
                #expect(run.end == "exit code 1", "\(run.text)")
                #expect(run.text.contains("The day's list before stays as it was"), "\(run.text)")
                #expect(receiver.requests.count == 2)
            }
            #expect(try await Self.list(of: bed.database) == ["m1|0.045", "m2|0.045"])
            // What came of it waits in vain, and goes with an import once it is a day old: not with one that is beside it.
            let parts = "SELECT string_agg(message_id, ' ' ORDER BY message_id) FROM billing.cdr"
            try await bed.succeed("cdr", "import", "--day", "2026-05-10", "--file", path)
            #expect(try await bed.database.sql(parts) == ["m1 m2 m9"])
            try await bed.database.sql("UPDATE billing.cdr SET imported_at = imported_at - interval '25 h'")
            try await bed.succeed("cdr", "import", "--day", "2026-05-10", "--file", path)
            #expect(try await bed.database.sql(parts) == ["m1 m2"])
        }
    }

    @Test func `wrong keys and days that are none are told`() async throws {
        try await withSandbox(1) { server, day in
            try await withCommandBed { bed in
                let run = try await bed.run(
                    ["cdr", "import", "--day", day.description],
                    environment: [
                        "POSTROOM_NXTELE_URL": "http://127.0.0.1:\(server.port)", "POSTROOM_NXTELE_APPKEY": "x",
                        "POSTROOM_NXTELE_SECRETKEY": "y",
                    ])
                #expect(run.end == "exit code 1")
                #expect(run.text.contains("refuses page 1 of its day list with code 2"), "\(run.text)")
                #expect(try await bed.run("cdr", "import", "--day", "2026-02-30").end == "exit code 64")
            }
        }
    }
}
