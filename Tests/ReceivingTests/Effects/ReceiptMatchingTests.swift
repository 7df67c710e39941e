import Domain
import PostgresClient
import TestSupport
import Testing

@testable import Receiving
@testable import Store

@Suite struct `Receipts are matched by distinct keys` {
    private let entry = EntryID(rawValue: 0x0190 << 112 | 1)
    private let attempt = AttemptID(rawValue: 0x0191 << 112 | 1)
    private let other = AttemptID(rawValue: 0x0191 << 112 | 2)

    @Test func `each is asked for once, and every receipt that carries it gets the answer`() throws {
        let keys = [
            MatchKeys(messageID: "a", ext: attempt.description, phone: "4915112345678"),
            MatchKeys(messageID: "b", ext: other.description, phone: "4915112345678"),
            MatchKeys(messageID: "c", ext: attempt.description, phone: "4915112345678"),
            MatchKeys(messageID: "d", ext: attempt.description, phone: "4915112345679"),
            MatchKeys(messageID: other.description, ext: attempt.description, phone: "4915112345679"),
            MatchKeys(messageID: "e", ext: "", phone: "4915112345678"),
        ]
        var asked: [[AttemptID]] = []
        var matches = [ReceiptMatch?](repeating: nil, count: keys.count)
        try ReceiptMatching.resolve(&matches, keys, \.attemptIDs, by: <) { ids throws(PostgresError) in
            asked.append(ids)
            return ids.enumerated().map { ordinal, id in
                AttemptCandidate(
                    ordinal: ordinal, attemptID: id, entryID: entry, recipientPhoneNumber: "+4915112345678")
            }
        }
        // The last carries a second id, for which the first had another number.
        #expect(asked == [[attempt, other], [other]])
        #expect(matches.map { $0?.attemptID } == [attempt, other, attempt, nil, nil, nil])
    }

    @Test func `a less sure key of one that is matched is not asked for`() throws {
        let keys = [MatchKeys(messageID: "a-1234567890", ext: "", phone: "4915112345678")]
        var asked: [[String]] = []
        var matches = [ReceiptMatch?](repeating: nil, count: keys.count)
        try ReceiptMatching.resolve(&matches, keys, \.providerMessageIDs, by: <) { ids throws(PostgresError) in
            asked.append(ids)
            return [
                AttemptCandidate(
                    ordinal: 0, attemptID: ids == ["a"] ? other : attempt, entryID: entry,
                    recipientPhoneNumber: "+4915112345678")
            ]
        }
        #expect(asked == [["a-1234567890"]])
        #expect(matches.map { $0?.attemptID } == [attempt])
    }

    @Test func `but provider's ids that only Unicode calls equal are two`() async throws {
        try await withBed { bed in
            try await bed.addEntries([
                (entry, attempt, "caf\u{E9}"), (EntryID(rawValue: 0x0190 << 112 | 2), other, "cafe\u{301}"),
            ])
            try await bed.store([
                Reported(messageID: "caf\u{E9}").webhook(second: 1, random: 1),
                Reported(messageID: "cafe\u{301}").webhook(second: 2, random: 2),
                Reported(messageID: "caf\u{E9}", status: "5").webhook(second: 3, random: 3),
            ])
            try await bed.batch()
            #expect(
                try await bed.database.sql(
                    "SELECT attempt_id, status FROM outbox.receipt ORDER BY attempt_id, status")
                    == ["\(attempt)|2", "\(attempt)|5", "\(other)|2"])
        }
    }

    @Test func `but an id of another provider's attempt is none of theirs`() async throws {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, "m1")])
            try await bed.database.sql(
                "INSERT INTO ops.provider (name) VALUES ('other'); UPDATE outbox.attempt SET provider = 'other'")
            try await bed.store([
                Reported(messageID: "m1").webhook(second: 1, random: 1),
                Reported(messageID: attempt.description).webhook(second: 2, random: 2),
            ])
            try await bed.batch()
            #expect(
                try await bed.database.sql("SELECT count(*), count(attempt_id) FROM outbox.receipt") == ["2|0"])
        }
    }
}

@Suite struct `Any number of receipts of one attempt` {
    private let entry = EntryID(rawValue: 0x0190 << 112 | 1)
    private let attempt = AttemptID(rawValue: 0x0191 << 112 | 1)

    /// Distinct receipts: a second apart, by the provider's clock and by ours, in a scrambled order of the former.
    private func receipts(
        _ places: Range<Int>, phone: String = "4915112345678", status: (Int) -> String
    ) -> [Given] {
        places.map { place in
            let second = place * 7 % 3_600
            let (minutes, seconds) = (100 + second / 60, 100 + second % 60)
            var receipt = Reported(messageID: attempt.description, phone: phone, status: status(place))
            receipt.time = "2026-11-21 10:\("\(minutes)".dropFirst()):\("\(seconds)".dropFirst())"
            return receipt.webhook(second: Double(place), random: UInt64(place))
        }
    }

    /// Rows of receipts that indexes have led to so far, once so many are known to be stored.
    private func fetched(_ bed: Bed, stored: Int, atLeast: Int = 0) async throws -> Int {
        var fetched = 0
        try await eventually("the counts are there") {
            let counts =
                try await bed.database.sql(
                    "SELECT n_tup_ins, idx_tup_fetch FROM pg_stat_user_tables WHERE relid = 'outbox.receipt'::regclass"
                ).first?.split(separator: "|").compactMap { Int($0) } ?? []
            fetched = counts.last ?? 0
            return counts.first == stored && fetched >= atLeast
        }
        return fetched
    }

    @Test func `cost a batch, or a sweep, one look at those that are stored, not one for each that it brings`()
        async throws
    {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, nil)])
            try await bed.store(receipts(0..<300) { _ in "5" })
            try await bed.batch()
            let before = try await fetched(bed, stored: 300)
            try await bed.store(receipts(300..<500) { _ in "5" })
            #expect(try await bed.batch().processed == 200)
            let after = try await fetched(bed, stored: 500)
            #expect(after - before < 2_000, "\(after - before)")
            // Their id is right, and their number another's.
            try await bed.store(receipts(500..<700, phone: "4915112345679") { _ in "5" })
            try await bed.batch()
            #expect(
                try await bed.database.sql("SELECT count(*) FROM outbox.receipt WHERE entry_id IS NULL") == ["200"])
            let parked = try await fetched(bed, stored: 700)
            #expect(try await bed.sweep() == 0)
            let swept = try await fetched(bed, stored: 700, atLeast: parked + 200)
            #expect(swept - parked < 2_000, "\(swept - parked)")
        }
    }

    @Test func `all bear on its state, also those that are not read with it`() async throws {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, nil)])
            // The one that delivered is neither among the first nor among the last.
            try await bed.store(receipts(0..<700) { $0 == 400 ? "2" : $0 % 3 == 0 ? "12" : "5" })
            var states: [String] = []
            for _ in 0..<7 {
                #expect(try await bed.batch(100).processed == 100)
                states += try await bed.database.sql("SELECT status, delivery_state FROM outbox.entry")
            }
            #expect(
                states == [String](repeating: "failed|undelivered", count: 4)
                    + [String](repeating: "sent|delivered", count: 3))
            // Delivered again, and earlier, by the provider's clock; then later; each beside many.
            try await bed.store(receipts(700..<701) { _ in "2" })
            try await bed.batch()
            try await bed.store(receipts(701..<900) { $0 == 800 ? "2" : "5" })
            try await bed.batch()
            #expect(
                try await bed.database.sql(
                    """
                    SELECT delivered_at = (SELECT min(reported_time::timestamp) AT TIME ZONE 'Asia/Shanghai'
                                           FROM outbox.receipt WHERE status = '2'),
                           (SELECT count(*) FROM outbox.receipt WHERE status = '2')
                    FROM outbox.entry
                    """) == ["t|3"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }
}
