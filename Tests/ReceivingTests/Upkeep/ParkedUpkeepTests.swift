import Domain
import PostgresClient
import TestSupport
import Testing

@testable import Receiving

@Suite struct `The sweep of young parked receipts` {
    @Test func `does not wait for the clock of an ingress that is ahead`() async throws {
        try await withBed { bed in
            let attempts = (1...3).map { AttemptID(rawValue: 0x0191 << 112 | UInt128($0)) }
            // Just now, an hour ahead, and a week.
            let seconds: [Double] = [3_590, 7_200, 604_800]
            try await bed.store(
                zip(attempts, seconds).map { attempt, second in
                    Reported(messageID: attempt.description).webhook(second: second, random: UInt64(second))
                })
            try await bed.batch()
            try await bed.addEntries(
                attempts.map { (EntryID(rawValue: $0.rawValue ^ (0x0001 << 112)), $0, nil as String?) })
            let upkeep = ParkedUpkeep(
                pool: ConnectionPool(bed.worker, capacity: 1), timeZone: "Asia/Shanghai", log: bed.log)
            try await upkeep.sweepYoung()
            #expect(
                try await bed.database.sql("SELECT delivery_state, count(*) FROM outbox.entry GROUP BY 1")
                    == ["delivered|3"])
        }
    }
}
