import Domain
import TestSupport
import Testing

@testable import Receiving

/// Every order of a few receipts, and of the moment their entry appears, side by side in one database: each order has
/// an entry and messages of its own.
@Suite struct `The order of arrival changes nothing` {
    /// What may arrive. The moment each was taken in is its own, whatever the order it is processed in.
    private enum Item: Int, CaseIterable {
        /// The entry and its attempt are written.
        case entry
        case delivered, failed, unknown
        /// A second copy of `delivered`, taken in later.
        case duplicate
        /// The same receipt as `delivered` at a higher price, taken in before all.
        case conflict
    }

    private struct Order {
        var number: Int
        var items: [Item]
        var isMatched: Bool

        var entry: EntryID { EntryID(rawValue: 0x0190 << 112 | UInt128(number)) }
        var attempt: AttemptID { AttemptID(rawValue: 0x0191 << 112 | UInt128(number)) }
        var messageID: String { "message-" + String(number, radix: 16) }

        func webhook(_ item: Item) -> Given? {
            // Where nothing is to match, the receipt names a number that the attempt has not.
            var one = Reported(messageID: messageID, phone: isMatched ? "4915112345678" : "4915100000000")
            one.ext = attempt.description
            var second = Double(item.rawValue)
            switch item {
            case .entry: return nil
            case .delivered: break
            case .failed:
                one.status = "5"
                one.result = "UNDELIV"
                one.time = "2026-11-21 10:05:00"
            case .unknown:
                one.status = "12"
                one.result = "UNKNOWN"
                one.time = "2026-11-21 10:09:00"
            case .duplicate: second = 100
            case .conflict:
                one.price = "0.05"
                second = 0.5
            }
            return one.webhook(second: second, random: UInt64(number * Item.allCases.count + item.rawValue))
        }
    }

    private static func permutations(_ items: [Item]) -> [[Item]] {
        guard let first = items.first else { return [[]] }
        return permutations(Array(items.dropFirst())).flatMap { rest in
            (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
        }
    }

    /// The tables as far as they may not depend on the order, one line an order, ids that differ left out.
    private static let snapshot = """
        SELECT string_agg(concat_ws(',', r.status, r.rank, r.price, r.size, r.rate, r.currency, r.result,
                   r.reported_time, r.submitted_time, r.phone, r.account, r.entry_id IS NOT NULL,
                   r.received_at - (SELECT min(x.received_at) FROM outbox.receipt AS x),
                   r.webhook_id IN (SELECT w.id FROM inbox.webhook AS w WHERE w.received_at = r.received_at)),
                   ';' ORDER BY r.status),
               e.status, e.delivery_state, e.delivered_at, e.sent_at, e.error_details, e.retry_count
        FROM outbox.entry AS e
        JOIN outbox.attempt AS a ON a.entry_id = e.id
        LEFT JOIN outbox.receipt AS r ON r.message_id = 'message-' || ltrim(right(e.id::text, 12), '0')
        GROUP BY e.id
        """

    /// Feeds the orders step by step, `steps` items of each in one batch, sweeps once, and returns the snapshots.
    private func outcomes(isMatched: Bool, steps: Int) async throws -> Set<String> {
        let orders = Self.permutations(Item.allCases).enumerated().map {
            Order(number: $0.offset + 1, items: $0.element, isMatched: isMatched)
        }
        #expect(orders.count == 720)
        var found: Set<String> = []
        try await withBed { bed in
            var place = 0
            while place < Item.allCases.count {
                let now = orders.map { ($0, Array($0.items[place..<min(place + steps, $0.items.count)])) }
                // What an order has before the entry in this step comes first, what it has after it afterwards.
                try await feed(bed, now.map { order, items in (order, Array(items.prefix { $0 != .entry })) })
                let entries = now.filter { $0.1.contains(.entry) }.map { ($0.0.entry, $0.0.attempt, nil as String?) }
                if !entries.isEmpty { try await bed.addEntries(entries) }
                try await feed(bed, now.map { order, items in (order, Array(items.drop { $0 != .entry }.dropFirst())) })
                #expect(try await bed.conservation() == ["0|0"])
                place += steps
            }
            _ = try await bed.sweep()
            #expect(try await bed.sweep() == 0)
            let rows = try await bed.database.sql(Self.snapshot)
            #expect(rows.count == 720)
            found = Set(rows)
            #expect(try await bed.database.sql("SELECT count(*) FROM queue.webhook_dead") == ["0"])
        }
        return found
    }

    private func feed(_ bed: Bed, _ parts: [(Order, [Item])]) async throws {
        let webhooks = parts.flatMap { order, items in items.compactMap { order.webhook($0) } }
        guard !webhooks.isEmpty else { return }
        try await bed.store(webhooks)
        #expect(try await bed.batch().processed == webhooks.count)
    }

    @Test(arguments: [1, 2, 3, 6])
    func `of receipts and of the entry they belong to`(steps: Int) async throws {
        let found = try await outcomes(isMatched: true, steps: steps)
        #expect(found.count == 1, "\(found.sorted().joined(separator: "\n"))")
        let one = try #require(found.first)
        // The earliest copy is the conflict's, half a second after the first moment; it charges more; and it was
        // delivered, whatever else is reported: at 10:01:15 in Shanghai.
        #expect(one.contains("2,3,0.05,1,6.4845,USD,DELIVRD,2026-11-21 10:01:15"))
        #expect(one.hasSuffix("|sent|delivered|2026-11-21 02:01:15+00|2026-11-21 01:00:02+00||0"))
    }

    @Test(arguments: [1, 6])
    func `of receipts that belong to nobody`(steps: Int) async throws {
        let found = try await outcomes(isMatched: false, steps: steps)
        #expect(found.count == 1, "\(found.sorted().joined(separator: "\n"))")
        let one = try #require(found.first)
        #expect(one.contains("2,3,0.05"))
        #expect(one.contains("|pending|accepted|"))
    }
}
