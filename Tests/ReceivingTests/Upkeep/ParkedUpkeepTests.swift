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

@Suite struct `The sweep of old parked receipts` {
    /// Two pages of one receipt each are a sweep; what never matches comes first.
    @Test func `goes on where the last one ended, and begins anew at the end`() async throws {
        try await withBed { bed in
            let attempts = (1...5).map { AttemptID(rawValue: 0x0191 << 112 | UInt128($0)) }
            try await bed.store(
                attempts.enumerated().map { place, attempt in
                    Reported(messageID: attempt.description).webhook(second: Double(place), random: UInt64(place))
                })
            try await bed.batch()
            try await bed.database.sql("UPDATE outbox.receipt SET received_at = received_at - interval '1 day'")
            let upkeep = ParkedUpkeep(
                pool: ConnectionPool(bed.worker, capacity: 1), timeZone: "Asia/Shanghai", log: bed.log, pageSize: 1,
                pagesMax: 2)
            func add(_ attempt: AttemptID) async throws {
                try await bed.addEntries([(EntryID(rawValue: attempt.rawValue ^ (0x0001 << 112)), attempt, nil)])
            }
            let matched = "SELECT count(attempt_id) FROM outbox.receipt"
            try await add(attempts[4])
            for count in ["0", "0", "1"] {
                try await upkeep.sweepOld()
                #expect(try await bed.database.sql(matched) == [count])
            }
            // The third came to the end.
            try await add(attempts[0])
            try await upkeep.sweepOld()
            #expect(try await bed.database.sql(matched) == ["2"])
        }
    }
}
