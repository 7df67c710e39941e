import Domain
import Logging
import PostgresClient
import Store
import Synchronization
import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct EntryListerTests {
    /// A clock that goes on by so much each time somebody looks.
    private final class TickingClock: Sendable {
        private let state: Mutex<(time: ContinuousClock.Instant, looks: Int)> = Mutex((.now, 0))
        private let tick: Duration

        init(_ tick: Duration) { self.tick = tick }

        var looks: Int { state.withLock { $0.looks } }

        func now() -> ContinuousClock.Instant {
            state.withLock { state in
                defer { state = (state.time.advanced(by: tick), state.looks + 1) }
                return state.time
            }
        }
    }

    private struct Entry {
        let id: EntryID
        let account: String
        let user: String
        let recipient: String
        let status: String
        let tags: [String]
        let createdAt: Timestamp

        func isLet(through filter: EntryFilter) -> Bool {
            account == filter.account && filter.userID.map { $0 == user } ?? true
                && filter.status.map { $0.rawValue == status } ?? true && filter.tag.map { tags.contains($0) } ?? true
                && filter.recipient.map { $0 == recipient } ?? true && filter.from.map { $0 <= createdAt } ?? true
                && filter.to.map { createdAt < $0 } ?? true
        }

        static func store(_ entries: [Entry], in database: TestDatabase) async throws {
            let rows = entries.map { entry in
                """
                ('\(entry.id)', '\(entry.account)', '\(entry.user)', '\(entry.recipient)', '\(entry.status)', \
                '{\(entry.tags.joined(separator: ","))}'::text[], '\(entry.createdAt.iso8601)'::timestamptz)
                """
            }
            try await database.sql(
                """
                INSERT INTO outbox.entry
                    (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                     total_cost, currency, encoding, provider, status, delivery_state, tags, created_at)
                SELECT e.id::uuid, e.account, e.user_id, e.number, 'm', 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', e.status,
                       'queued', e.tags, e.created_at
                FROM (VALUES \(rows.joined(separator: ","))) AS e (id, account, user_id, number, status, tags, created_at)
                """)
        }
    }

    private static let base = Timestamp(microseconds: 1_767_225_600_000_000)

    private static func moment(minutes: Int) -> Timestamp {
        Timestamp(microseconds: base.microseconds + Int64(minutes) * 60_000_000)
    }

    /// One every hour, over days: more than the day by which clocks may be apart.
    private static func entries(_ count: Int, using random: inout SeededGenerator) -> [Entry] {
        (0..<count).map { number in
            Entry(
                id: EntryID(at: moment(minutes: number * 60), random: (random.next(), random.next())),
                account: ["a", "b", "c"][Int.random(in: 0...2, using: &random)],
                user: Bool.random(using: &random) ? "u" : "v",
                recipient: Bool.random(using: &random) ? "+491511" : "+491512",
                status: ["sent", "failed", "pending"][Int.random(in: 0...2, using: &random)],
                tags: ["x", "y"].filter { _ in Int.random(in: 0..<3, using: &random) == 0 },
                createdAt: moment(minutes: number * 60 + Int.random(in: -1200...1200, using: &random)))
        }
    }

    private static func filter(using random: inout SeededGenerator) -> EntryFilter {
        func perhaps<Value>(_ value: Value) -> Value? { Int.random(in: 0..<3, using: &random) == 0 ? value : nil }
        var filter = EntryFilter(account: Bool.random(using: &random) ? "b" : "a")
        filter.userID = perhaps("u")
        filter.status = perhaps(.failed)
        filter.tag = perhaps("x")
        filter.recipient = perhaps("+491511")
        let minutes = Int.random(in: 0..<9_000, using: &random)
        filter.from = perhaps(moment(minutes: minutes))
        filter.to = perhaps(moment(minutes: minutes + Int.random(in: 0..<3_000, using: &random)))
        return filter
    }

    private static func lister(
        _ database: TestDatabase, _ bounds: WalkBounds, _ clock: TickingClock
    ) -> EntryLister {
        let pool = ConnectionPool(
            ConnectionConfiguration(connectionString: database.url(user: "postroom_api")), capacity: 1)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return EntryLister(
            transactions: RequestTransactions(pool: pool, storeDeadline: .seconds(60), log: log), bounds: bounds,
            now: { clock.now() })
    }

    @Test(arguments: 1...4)
    func `the pages of a list are together the whole of it, in order, wherever its steps end`(seed: UInt64) async throws
    {
        var random = SeededGenerator(seed: seed)
        try await withTestDatabase { database in
            let entries = Self.entries(150, using: &random)
            try await Entry.store(entries, in: database)
            for trial in 1...20 {
                let filter = Self.filter(using: &random)
                let entriesMin = Int.random(in: 1...9, using: &random)
                let bounds = WalkBounds(
                    entriesMin: entriesMin, entriesMax: entriesMin + Int.random(in: 0...20, using: &random),
                    stepTime: .milliseconds(Int.random(in: 1...40, using: &random)),
                    tagTimeMax: Bool.random(using: &random) ? .milliseconds(1) : .seconds(20),
                    timeMax: .milliseconds(Int.random(in: 0...80, using: &random)))
                let limit = Int.random(in: 1...7, using: &random)
                let lister = Self.lister(database, bounds, TickingClock(.milliseconds(10)))
                var listed: [EntryID] = []
                var pages = 0
                var rest = filter
                repeat {
                    let page = try await lister.page(rest, limit: limit)
                    listed += page.entries.map(\.id)
                    #expect(page.entries.count <= limit)
                    pages += 1
                    // Each page gets further by an entry at least.
                    try #require(pages <= entries.count + 1)
                    rest.before = page.next
                } while rest.before != nil
                await lister.transactions.pool.close()
                let expected = entries.filter { $0.isLet(through: filter) }.map(\.id).sorted(by: >)
                #expect(listed == expected, "seed \(seed), trial \(trial): \(filter), \(bounds), limit \(limit)")
            }
        }
    }

    @Test func `when the time is up the page is what was found, and the next goes on there`() async throws {
        try await withTestDatabase { database in
            let ids = (0..<50).map { EntryID(at: Self.moment(minutes: $0), random: (0, 0)) }
            try await Entry.store(
                ids.enumerated().map { index, id in
                    Entry(
                        id: id, account: "a", user: "u", recipient: "+491511",
                        status: index == 0 || index == 45 ? "failed" : "sent", tags: [],
                        createdAt: Self.moment(minutes: 0))
                }, in: database)
            var filter = EntryFilter(account: "a")
            filter.status = .failed
            let bounds = WalkBounds(entriesMin: 5, entriesMax: 5, timeMax: .seconds(1))
            // A step ends after 0.3, 0.6, 0.9 and 1.2 s.
            let lister = Self.lister(database, bounds, TickingClock(.milliseconds(300)))
            for (found, next) in [([45], 30), ([], 10), ([0], nil)] {
                let page = try await lister.page(filter, limit: 3)
                #expect(page.entries.map(\.id) == found.map { ids[$0] })
                #expect(page.next == next.map { ids[$0] })
                filter.before = page.next
            }
            await lister.transactions.pool.close()
        }
    }

    @Test func `an entry with a tag that few have is found by it, and one with a tag that others have by walking on`()
        async throws
    {
        try await withTestDatabase { database in
            // The account's thirty, of which the oldest has both tags, and very many of another's with one of them.
            try await database.sql(
                """
                INSERT INTO outbox.entry
                    (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                     total_cost, currency, encoding, provider, created_at, tags)
                SELECT (lpad(to_hex(1790000000000 + n), 12, '0') || '7000800000000000' || lpad(to_hex(n), 4, '0'))::uuid,
                       CASE WHEN n <= 30 THEN 'a' ELSE 'b' END, 'u', '+4915112345678', 'm', 's', 1, 1, 1, 'USD', 'gsm7',
                       'nxtele', now(), CASE WHEN n = 1 THEN '{few,many}' WHEN n > 30 THEN '{many}' ELSE '{}' END::text[]
                FROM generate_series(1, 30000) AS n
                """)
            // One look at the clock before the first step, and one after each step and the search.
            for (tag, timeMax, looks) in [
                ("few", Duration.seconds(20), 3), ("many", .seconds(20), 3), ("many", .milliseconds(1), 6),
            ] {
                let clock = TickingClock(.zero)
                let bounds = WalkBounds(
                    entriesMin: 10, entriesMax: 10, stepTime: .zero, tagTimeMax: timeMax, timeMax: .seconds(1))
                let lister = Self.lister(database, bounds, clock)
                var filter = EntryFilter(account: "a")
                filter.tag = tag
                let page = try await lister.page(filter, limit: 3)
                #expect(page.entries.count == 1 && page.next == nil, "\(tag) \(timeMax)")
                #expect(clock.looks == looks, "\(tag) \(timeMax)")
                await lister.transactions.pool.close()
            }
        }
    }
}
