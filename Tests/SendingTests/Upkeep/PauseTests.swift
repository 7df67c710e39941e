import Domain
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
