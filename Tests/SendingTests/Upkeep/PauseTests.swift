import Domain
import Store
import TestSupport
import Testing

@testable import Sending

@Suite struct `A provider that takes no work` {
    @Test func `is left alone until its balance is good again`() async throws {
        try await withSendBed("code:3=1,balance=0.00,credit=0") { bed in
            try await bed.add(40)
            let worker = bed.worker {
                $0.callsMax = 4
                $0.probeInterval = .milliseconds(20)
            }
            try await worker.run(until: "it is paused") {
                try await bed.rows("SELECT count(*) FROM ops.provider_event") == ["1"]
            }
            try await bed.makeDue()
            #expect(await worker.claim().isEmpty)
            #expect(try await bed.rows("SELECT kind, code FROM ops.provider_event") == ["paused|3"])
            #expect(try await bed.rows("SELECT DISTINCT counts FROM outbox.attempt") == ["f"])
            #expect(try await bed.rows("SELECT DISTINCT status FROM outbox.entry") == ["pending"])
            try await worker.probe.run()
            #expect(try await bed.rows("SELECT count(*) FROM ops.provider_event") == ["1"])
            #expect(await worker.claim().isEmpty)

            try await bed.follow("balance=0.01,credit=0")
            try await eventually("it is resumed") {
                try await worker.probe.run()
                return try await bed.rows("SELECT kind FROM ops.provider_event ORDER BY seq") == ["paused", "resumed"]
            }
            await worker.end()
            try await bed.makeDue()
            try await bed.workUntilIdle()
            #expect(try await bed.rows("SELECT DISTINCT delivery_state FROM outbox.entry") == ["accepted"])
            #expect(await bed.accepted().count == 40)
            #expect(try await bed.ledgerHolds())
        }
    }

    /// Both scripts are of an account that is paid afterwards: it may owe 500.
    @Test func `on credit is resumed while it owes less than it may, and not before`() async throws {
        try await withSendBed("balance=-500.00,credit=500") { bed in
            _ = try await bed.rows(
                "INSERT INTO ops.provider_event (provider, kind, code) VALUES ('nxtele', 'paused', '1')")
            let worker = bed.worker { $0.probeInterval = .milliseconds(20) }
            try await eventually("it is asked") {
                try await worker.probe.run()
                return await bed.sandbox.counts?.balanceQueries ?? 0 > 0
            }
            #expect(try await bed.rows("SELECT kind FROM ops.provider_event") == ["paused"])
            try await bed.follow("balance=-499.99,credit=500")
            try await eventually("it is resumed") {
                try await worker.probe.run()
                return try await bed.rows("SELECT kind FROM ops.provider_event ORDER BY seq") == ["paused", "resumed"]
            }
            await worker.end()
        }
    }

    /// Pauses it so many minutes ago, and for code 3 so often before that, every ten minutes: each noted by two workers.
    private func pause(_ bed: SendBed, code: String, minutesAgo: Int, before: Int) async throws {
        _ = try await bed.rows(
            """
            INSERT INTO ops.provider_event (provider, kind, code, recorded_at)
            SELECT 'nxtele', event.kind, CASE event.kind WHEN 'paused' THEN '3' END,
                   now() - (\(minutesAgo) + (\(before) + 1 - number) * 10) * interval '1 minute'
            FROM generate_series(1, \(before)) AS number
            CROSS JOIN (VALUES ('paused'), ('paused'), ('resumed')) AS event (kind)
            ORDER BY number, event.kind;
            INSERT INTO ops.provider_event (provider, kind, code, recorded_at)
            SELECT 'nxtele', 'paused', '\(code)', now() - interval '\(minutesAgo) minutes' FROM generate_series(1, 2)
            """)
    }

    @Test(arguments: [
        (0, "3", 30, false), (0, "3", 61, true), (1, "3", 90, false), (1, "3", 121, true), (3, "3", 450, false),
        (3, "3", 481, true), (3, "9", 61, true), (12, "3", 1_410, false), (12, "3", 1_441, true),
        (24, "3", 121, true),
        // By a clock of the database that was ahead.
        (0, "3", -30, true), (3, "3", -1_440, true),
    ])
    func `lasts twice as long with each pause for the same code before it`(
        before: Int, code: String, minutesAgo: Int, mayEnd: Bool
    ) async throws {
        try await withSendBed { bed in
            let worker = bed.worker()
            // An hour at first, a day at most. Of 24 before it one is remembered, of fewer all.
            let question = ReadProviderPause(
                "nxtele", first: .seconds(3_600), longest: .seconds(86_400),
                memory: before == 24 ? .seconds(900) : .seconds(86_400))
            try await pause(bed, code: code, minutesAgo: minutesAgo, before: before)
            let paused = try await worker.pool.run(question, timeout: .seconds(30))
            #expect(paused.isPaused)
            #expect(paused.mayEnd == mayEnd)
            _ = try await bed.rows("INSERT INTO ops.provider_event (provider, kind) VALUES ('nxtele', 'resumed')")
            let resumed = try await worker.pool.run(question, timeout: .seconds(30))
            #expect(!resumed.isPaused && !resumed.mayEnd)
            await worker.end()
        }
    }

    @Test func `is not asked while its pause has to last, and goes on at once where an operator says so`() async throws
    {
        try await withSendBed { bed in
            try await bed.add(1)
            // Twenty milliseconds, doubled sixteen times, are 22 minutes.
            try await pause(bed, code: "3", minutesAgo: 0, before: 16)
            let worker = bed.worker { $0.probeInterval = .milliseconds(20) }
            try await worker.probe.run()
            #expect(await bed.sandbox.counts?.balanceQueries == 0)
            #expect(await worker.claim().isEmpty)
            _ = try await bed.database.sql(
                "INSERT INTO ops.provider_event (provider, kind) VALUES ('nxtele', 'resumed')",
                user: "postroom_operator")
            #expect(await worker.claim().count == 1)
            await worker.end()
        }
    }

    @Test func `what is past its validity expires meanwhile`() async throws {
        try await withSendBed { bed in
            try await bed.add(1) { $0.giveUpAt = "now()" }
            _ = try await bed.rows(
                "INSERT INTO ops.provider_event (provider, kind, code) VALUES ('nxtele', 'paused', '3')")
            let worker = bed.worker()
            try await worker.upkeep.expire()
            #expect(try await bed.entries() == ["failed|expired|0.00"])
            await worker.end()
        }
    }
}
