import Domain
import PostgresClient
import TestSupport
import Testing

@testable import Receiving

@Suite struct `What a webhook becomes` {
    private let entry = EntryID(rawValue: 0x0190 << 112 | 1)
    private let attempt = AttemptID(rawValue: 0x0191 << 112 | 1)

    struct Match: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var messageID: String
        var ext: String
        var phone = "4915112345678"
        var isMatched: Bool
    }

    static let matches: [Match] = [
        Match(
            testDescription: "our id as ext", messageID: "other", ext: "01910000-0000-0000-0000-000000000001",
            isMatched: true),
        Match(
            testDescription: "our id as message id", messageID: "01910000-0000-0000-0000-000000000001", ext: "",
            isMatched: true),
        Match(testDescription: "the provider's id", messageID: "theirs-1", ext: "", isMatched: true),
        Match(
            testDescription: "the provider's id with a number's suffix", messageID: "theirs-1-1234567890", ext: "",
            isMatched: true),
        Match(
            testDescription: "an ext of another's, the provider's id of ours", messageID: "theirs-1",
            ext: "01910000-0000-0000-0000-000000000099", isMatched: true),
        Match(
            testDescription: "an ext of another's, our id as message id",
            messageID: "01910000-0000-0000-0000-000000000001", ext: "01910000-0000-0000-0000-000000000099",
            isMatched: true),
        Match(
            testDescription: "another number", messageID: "theirs-1", ext: "01910000-0000-0000-0000-000000000001",
            phone: "4915112345679", isMatched: false),
        Match(testDescription: "unknown ids", messageID: "theirs-2", ext: "x", isMatched: false),
    ]

    @Test(arguments: matches)
    func `a receipt finds its attempt, or is parked`(one: Match) async throws {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, "theirs-1")])
            var receipt = Reported(messageID: one.messageID)
            receipt.ext = one.ext
            receipt.phone = one.phone
            try await bed.store([receipt.webhook(second: 1, random: 1)])
            try await bed.batch()
            let state = try await bed.database.sql("SELECT status, delivery_state FROM outbox.entry")
            #expect(state == [one.isMatched ? "sent|delivered" : "pending|accepted"])
            let stored = try await bed.database.sql(
                "SELECT attempt_id, entry_id, matched_at IS NOT NULL, source, account FROM outbox.receipt")
            #expect(stored == [one.isMatched ? "\(attempt)|\(entry)|t|webhook|default" : "||f|webhook|default"])
        }
    }

    @Test func `a receipt keeps the offset of its provider's clock as it stood when it came, and nothing goes by it`()
        async throws
    {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, "theirs-1")])
            let early = Reported(messageID: "early")
            try await bed.store([early.webhook(second: 1, random: 1)])
            try await bed.batch()
            try await bed.database.sql(
                """
                INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
                VALUES ('nxtele', now() - interval '1 h', '7 h', '1 s', 40, 'UTC', '0 s'),
                       ('nxtele', now(), '08:00:01.5', '1 s', 40, 'UTC', '0 s')
                """)
            // A copy of what came before there was any, and two of what comes now.
            let late = Reported(messageID: "theirs-1")
            try await bed.store([
                early.webhook(second: 2, random: 2), late.webhook(second: 3, random: 3),
                late.webhook(second: 4, random: 4),
            ])
            try await bed.batch()
            #expect(
                try await bed.database.sql(
                    """
                    SELECT message_id, clock_ahead,
                           ops.provider_time(provider, reported_time, received_at, clock_ahead)
                               = reported_time::timestamp AT TIME ZONE 'UTC' - interval '08:00:01.5'
                    FROM outbox.receipt ORDER BY message_id DESC
                    """) == ["theirs-1|08:00:01.5|t", "early||f"])
            // Others observe another offset later: what is stored stays as it is.
            try await bed.database.sql("UPDATE ops.provider_clock SET ahead = '9 h'")
            try await bed.store([late.webhook(second: 5, random: 5)])
            try await bed.batch()
            #expect(
                try await bed.database.sql("SELECT clock_ahead FROM outbox.receipt ORDER BY message_id DESC")
                    == ["08:00:01.5", ""])
            // A copy is a duplicate, not a conflict.
            let tallies = try await bed.tallies()
            #expect(!tallies.contains { $0.contains("conflict") })
        }
    }

    @Test func `a copy that comes when the attempt is there ties the parked one, without a sweep`() async throws {
        try await withBed { bed in
            var receipt = Reported(messageID: "theirs-1")
            try await bed.store([receipt.webhook(second: 1, random: 1)])
            try await bed.batch()
            try await bed.addEntries([(entry, attempt, "theirs-1")])
            receipt.ext = ""
            try await bed.store([receipt.webhook(second: 2, random: 2)])
            #expect(try await bed.batch().duplicates == 1)
            #expect(try await bed.database.sql("SELECT delivery_state FROM outbox.entry") == ["delivered"])
            #expect(try await bed.sweep() == 0)
        }
    }

    @Test func `of two contents the greater stands, in the batch or apart, and each is counted`() async throws {
        for size in [Int32(1), 10] {
            try await withBed { bed in
                let webhooks = ["0.045", "0.05", "0.045", "0.05", "0.0500"].enumerated().map { index, price in
                    var receipt = Reported(messageID: "m")
                    receipt.price = price
                    return receipt.webhook(second: Double(index), random: UInt64(index))
                }
                try await bed.store(webhooks)
                var (duplicates, conflicts) = (0, 0)
                for _ in 0..<(size == 1 ? 5 : 1) {
                    let result = try await bed.batch(size)
                    duplicates += result.duplicates
                    conflicts += result.conflicts
                }
                // New; conflict, and greater; conflict, and less; duplicate; duplicate in another spelling.
                #expect(duplicates == 2 && conflicts == 2)
                #expect(try await bed.database.sql("SELECT price FROM outbox.receipt") == ["0.05"])
                #expect(
                    try await bed.tallies() == [
                        "nxtele-receipt|accepted|5", "nxtele-receipt|conflict|2", "nxtele-receipt|duplicate|2",
                        "nxtele-receipt|processed|5",
                    ])
                #expect(try await bed.conservation() == ["0|0"])
            }
        }
    }

    @Test func `of Onoff's log the first stands, other events are parked, inbound SMS are kept`() async throws {
        for size in [Int32(1), 10] {
            try await withBed { bed in
                var other = Logged(id: "1").webhook(second: 5, random: 5)
                other.account = "second"
                try await bed.store([
                    Logged(id: "1").webhook(second: 1, random: 1), Logged(id: "1").webhook(second: 2, random: 2),
                    Logged(id: "1", text: "changed").webhook(second: 3, random: 3),
                    Logged(id: "1", eventName: "CDR").webhook(second: 4, random: 4), other,
                    Logged(id: "1", eventName: "CDR").webhook(second: 6, random: 6),
                    inbound(messageID: "i", text: "yes", second: 7, random: 7),
                    inbound(messageID: "i", text: "yes", second: 8, random: 8),
                    inbound(messageID: "i", text: "no", second: 9, random: 9),
                ])
                for _ in 0..<(size == 1 ? 9 : 1) { try await bed.batch(size) }
                #expect(
                    try await bed.database.sql("SELECT account, event_id, body FROM sms_log.entry ORDER BY 1")
                        == ["default|1|hello", "second|1|hello"])
                #expect(
                    try await bed.database.sql("SELECT account, event_name, event_id FROM sms_log.other_event")
                        == ["default|CDR|1"])
                #expect(
                    try await bed.database.sql("SELECT message_id, body, from_number FROM sms_log.inbound")
                        == ["i|yes|+12347200160"])
                #expect(
                    try await bed.tallies() == [
                        "nxtele-inbound|accepted|3", "nxtele-inbound|conflict|1", "nxtele-inbound|duplicate|1",
                        "nxtele-inbound|processed|3", "onoff-sms|accepted|6", "onoff-sms|conflict|1",
                        "onoff-sms|duplicate|2", "onoff-sms|processed|6",
                    ])
                #expect(try await bed.conservation() == ["0|0"])
            }
        }
    }

    @Test func `ids that only Unicode calls equal are two`() async throws {
        for size in [Int32(1), 10] {
            try await withBed { bed in
                try await bed.store([
                    Logged(id: "caf\u{E9}").webhook(second: 1, random: 1),
                    Logged(id: "cafe\u{301}").webhook(second: 2, random: 2),
                ])
                for _ in 0..<(size == 1 ? 2 : 1) { try await bed.batch(size) }
                #expect(try await bed.database.sql("SELECT count(*) FROM sms_log.entry") == ["2"])
                #expect(try await bed.tallies() == ["onoff-sms|accepted|2", "onoff-sms|processed|2"])
            }
        }
    }

    @Test func `a late failure does not undo a delivery, a late delivery undoes a failure`() async throws {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, nil)])
            var receipt = Reported(messageID: attempt.description)
            var states: [String] = []
            for (place, status) in ["12", "5", "2", "5", "12"].enumerated() {
                receipt.status = status
                receipt.time = "2026-11-21 10:0\(place):00"
                try await bed.store([receipt.webhook(second: Double(place), random: UInt64(place))])
                try await bed.batch()
                states += try await bed.database.sql("SELECT status, delivery_state FROM outbox.entry")
            }
            #expect(
                states == [
                    "pending|accepted", "failed|undelivered", "sent|delivered", "sent|delivered", "sent|delivered",
                ])
        }
    }

    @Test func `of two that work on one entry at a time, the second sees what the first one brought`() async throws {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, nil)])
            var failed = Reported(messageID: attempt.description)
            failed.status = "5"
            try await bed.store([
                Reported(messageID: attempt.description).webhook(second: 1, random: 1),
                failed.webhook(second: 2, random: 2),
            ])
            let (isHeld, mayCommit) = (Flag(), Flag())
            async let first = bed.batch(1) {
                isHeld.set()
                while !mayCommit.isSet { Deadline.in(.milliseconds(5)).blockThread() }
            }
            try await eventually("the first is done but for its commit") { isHeld.isSet }
            async let second = bed.batch(1)
            try await eventually("the second waits for the entry") {
                try await bed.database.sql("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted") == ["t"]
            }
            mayCommit.set()
            #expect(try await first.processed == 1)
            #expect(try await second.processed == 1)
            // It computed from its own receipt alone, undelivered, before it had to wait.
            #expect(try await bed.database.sql("SELECT delivery_state, revision FROM outbox.entry") == ["delivered|2"])
        }
    }

    @Test func `of a delivery without a readable time the first arrival counts, whatever was processed first`()
        async throws
    {
        try await withBed { bed in
            try await bed.addEntries([(entry, attempt, nil)])
            var receipt = Reported(messageID: attempt.description)
            receipt.time = "soon"
            for second in [30.0, 20, 25] {
                try await bed.store([receipt.webhook(second: second, random: UInt64(second))])
                try await bed.batch()
            }
            let first = Given.time(20).iso8601
            #expect(
                try await bed.database.sql(
                    "SELECT delivered_at = '\(first)'::timestamptz, r.received_at = '\(first)'::timestamptz "
                        + "FROM outbox.entry AS e JOIN outbox.receipt AS r ON r.entry_id = e.id") == ["t|t"])
        }
    }
}
