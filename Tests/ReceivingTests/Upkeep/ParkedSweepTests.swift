import Domain
import PostgresClient
import TestSupport
import Testing

@testable import Receiving

@Suite struct `Parked receipts are matched again` {
    private func attempt(_ number: Int) -> AttemptID { AttemptID(rawValue: 0x0191 << 112 | UInt128(number)) }

    /// Receipts of attempts that are not there yet, a second apart.
    private func parked(_ bed: Bed, _ count: Int) async throws {
        try await bed.store(
            (1...count).map {
                Reported(messageID: attempt($0).description).webhook(second: Double($0), random: UInt64($0))
            })
        try await bed.batch()
        #expect(
            try await bed.database.sql("SELECT count(*) FROM outbox.receipt WHERE entry_id IS NULL") == ["\(count)"])
    }

    private func run(
        _ bed: Bed, from start: ParkedSweep.Place, until: Timestamp = Given.time(1_000), pageSize: Int32, pagesMax: Int
    ) async throws -> ParkedSweep.Outcome {
        let configuration = bed.worker
        return try await OwnThread().run {
            let connection = try Connection.open(configuration, deadline: .far)
            return try ParkedSweep(timeZone: "Asia/Shanghai", name: "test", pageSize: pageSize, pagesMax: pagesMax).run(
                from: start, until: until, on: connection, deadline: .far)
        }
    }

    private static let beginning = ParkedSweep.Place(receivedAt: Timestamp(microseconds: 0))

    @Test func `as soon as their attempt is there, and their entry's state follows`() async throws {
        try await withBed { bed in
            try await parked(bed, 5)
            #expect(try await bed.sweep() == 0)
            try await bed.addEntries(
                [2, 4].map { (EntryID(rawValue: 0x0190 << 112 | UInt128($0)), attempt($0), nil as String?) })
            #expect(try await bed.sweep() == 2)
            #expect(try await bed.sweep() == 0)
            #expect(
                try await bed.database.sql("SELECT status, delivery_state FROM outbox.entry")
                    == ["sent|delivered", "sent|delivered"])
            #expect(
                try await bed.database.sql(
                    "SELECT count(*) FROM outbox.receipt WHERE entry_id IS NULL AND matched_at IS NULL") == ["3"])
        }
    }

    @Test func `those behind many that never match have their turn, sweep by sweep`() async throws {
        try await withBed { bed in
            try await parked(bed, 25)
            try await bed.addEntries([(EntryID(rawValue: 0x0190 << 112 | 25), attempt(25), nil)])
            var place: ParkedSweep.Place? = Self.beginning
            var matched: [Int] = []
            while let start = place, matched.count < 10 {
                let result = try await run(bed, from: start, pageSize: 5, pagesMax: 2)
                matched.append(result.matched)
                place = result.next
            }
            #expect(matched == [0, 0, 1])
        }
    }

    @Test func `only those of the span`() async throws {
        try await withBed { bed in
            try await parked(bed, 10)
            try await bed.addEntries(
                (1...10).map { (EntryID(rawValue: 0x0190 << 112 | UInt128($0)), attempt($0), nil as String?) })
            let result = try await run(
                bed, from: ParkedSweep.Place(receivedAt: Given.time(3.5)), until: Given.time(7), pageSize: 500,
                pagesMax: 200)
            #expect(result.matched == 4 && result.next == nil)
            #expect(
                try await bed.database.sql("SELECT count(*) FROM outbox.entry WHERE delivery_state = 'delivered'")
                    == ["4"])
        }
    }

    @Test func `also beside those whose entries somebody holds, which are matched once these are free`() async throws {
        try await withBed { bed in
            try await parked(bed, 20)
            try await bed.addEntries(
                (1...20).map { (EntryID(rawValue: 0x0190 << 112 | UInt128($0)), attempt($0), nil as String?) })
            let session = Session(bed.database.url)
            try await session.script("BEGIN; SELECT FROM outbox.entry AS e ORDER BY e.id LIMIT 3 FOR UPDATE")
            let beside = try await run(bed, from: Self.beginning, pageSize: 10, pagesMax: 200)
            #expect(beside.matched == 17 && beside.left == 3 && beside.next == nil)
            await session.close()
            try await eventually("the others are matched, too") {
                try await run(bed, from: Self.beginning, pageSize: 10, pagesMax: 200).matched == 3
            }
        }
    }

    @Test func `by one process at a time`() async throws {
        try await withBed { bed in
            try await parked(bed, 1)
            try await bed.addEntries([(EntryID(rawValue: 0x0190 << 112 | 1), attempt(1), nil)])
            let configuration = bed.worker
            try await OwnThread().run {
                let holder = try Connection.open(configuration, deadline: .far)
                try holder.runScript(
                    "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('postroom.parked-sweep.test', 0))",
                    named: "lock",
                    deadline: .far)
                let connection = try Connection.open(configuration, deadline: .far)
                let sweep = ParkedSweep(timeZone: "Asia/Shanghai", name: "test")
                #expect(
                    try sweep.run(from: Self.beginning, until: Given.time(9), on: connection, deadline: .far).matched
                        == 0)
                try holder.runScript("COMMIT", named: "unlock", deadline: .far)
                #expect(
                    try sweep.run(from: Self.beginning, until: Given.time(9), on: connection, deadline: .far).matched
                        == 1)
            }
        }
    }
}
