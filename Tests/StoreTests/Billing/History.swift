import Domain
import PostgresClient
import TestSupport

/// A piece of evidence about one entry, as the SQL that stores it. What has to come before it in any order is named.
struct HistoryStep: Sendable {
    var sql: String
    /// Places of steps that come before it: an outcome follows its dispatch, a receipt its attempt.
    var after: [Int]
}

/// A random life of one entry: sends, outcomes, receipts, resends and deadlines.
struct History: Sendable {
    let entryID: EntryID
    let account: String
    private(set) var steps: [HistoryStep] = []
    private var resends: [Int] = []

    /// The price of one cycle.
    static let price = "0.15"

    init(number: Int, account: String, random: inout SeededGenerator) {
        entryID = EntryID(rawValue: Self.id(number, &random))
        self.account = account
        let cycles = Int.random(in: 1...3, using: &random)
        for cycle in 0..<cycles {
            var start: [Int] = []
            if cycle > 0 {
                // What a resend does: the charge and the new cycle, in one transaction.
                steps.append(HistoryStep(sql: Self.resend(entryID, account, cycle), after: resends))
                resends.append(steps.count - 1)
                start = [steps.count - 1]
            }
            for place in 1...Int.random(in: 1...2, using: &random) {
                let attempt = AttemptID(rawValue: Self.id(number, &random))
                addAttempt(attempt, cycle, place, after: start, &random)
            }
        }
        if Int.random(in: 0..<6, using: &random) == 0 {
            steps.append(
                HistoryStep(
                    sql: "UPDATE outbox.entry SET cancelled_at = now() WHERE id = '\(entryID)'", after: []))
        }
    }

    /// A UUIDv7 of a moment of its own.
    private static func id(_ number: Int, _ random: inout SeededGenerator) -> UInt128 {
        let low = UInt128(UInt64.random(in: .min ... .max, using: &random) & 0x3FFF_FFFF_FFFF_FFFF | 1 << 63)
        return UInt128(0x0190_0000_0000_7000 + UInt64(number) << 16) << 64 | low
    }

    private mutating func addAttempt(
        _ attempt: AttemptID, _ cycle: Int, _ number: Int, after start: [Int], _ random: inout SeededGenerator
    ) {
        let dispatch = steps.count
        steps.append(
            HistoryStep(
                sql: """
                    INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                                                prepared_at, dispatched_at)
                    VALUES ('\(attempt)', '\(entryID)', \(cycle), \(number), 'nxtele', '+4915112345678', 'dispatched',
                            '2026-01-01', '2026-01-01')
                    """, after: start))
        let outcome = ["accepted", "rejected", "unclear", "not_sent", nil].randomElement(using: &random) ?? nil
        if let outcome {
            steps.append(HistoryStep(sql: Self.outcome(attempt, outcome), after: [dispatch]))
            if outcome == "unclear", Bool.random(using: &random) {
                steps.append(HistoryStep(sql: Self.outcome(attempt, "accepted"), after: [steps.count - 1]))
            }
        }
        // Neither deadline is looked at for what was never with the provider.
        for deadline in ["deadline_passed_at", "unclear_deadline_passed_at"]
        where outcome != "not_sent" && Bool.random(using: &random) {
            steps.append(
                HistoryStep(
                    sql: "UPDATE outbox.attempt SET \(deadline) = '2026-01-04' WHERE id = '\(attempt)'",
                    after: [dispatch]))
        }
        for place in 0..<Int.random(in: 0...2, using: &random) {
            let status = ["2", "5", "12"].randomElement(using: &random) ?? "2"
            steps.append(
                HistoryStep(sql: receipt(attempt, status, second: place, &random), after: [dispatch]))
        }
    }

    private static func outcome(_ attempt: AttemptID, _ state: String) -> String {
        "UPDATE outbox.attempt SET state = '\(state)', settled_at = '2026-01-02' WHERE id = '\(attempt)'"
    }

    private static func resend(_ entryID: EntryID, _ account: String, _ cycle: Int) -> String {
        """
        BEGIN;
        UPDATE outbox.entry SET cycle = \(cycle), owed_cycles = owed_cycles | (1 << \(cycle)) WHERE id = '\(entryID)';
        \(charge(entryID, account, cycle));
        COMMIT
        """
    }

    /// A charge as the API posts it, under the account's lock.
    static func charge(_ entryID: EntryID, _ account: String, _ cycle: Int) -> String {
        """
        SELECT billing.lock_accounts(ARRAY['\(account)']);
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
        SELECT '\(account)', coalesce(max(seq), 0) + 1, 'charge', -\(price), coalesce(sum(amount), 0) - \(price),
               '\(entryID)', \(cycle), 0
        FROM billing.ledger_entry WHERE account = '\(account)'
        """
    }

    private func receipt(
        _ attempt: AttemptID, _ status: String, second: Int, _ random: inout SeededGenerator
    ) -> String {
        let key = ReceiptKey(rawValue: UInt128.random(in: 0 ... .max, using: &random))
        let rank = status == "2" ? 3 : status == "12" ? 1 : 2
        return """
            INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                                        reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id,
                                        matched_at)
            VALUES ('\(key)', 'nxtele', 'webhook', 'default', '2026-01-02', 'm', '4915112345678', '\(status)', '',
                    '2026-01-02 00:00:0\(second)', '', '', 0, \(rank), '\(attempt)', '\(entryID)', '2026-01-02')
            """
    }

    /// The entry and its first charge.
    var birth: String {
        """
        BEGIN;
        INSERT INTO outbox.entry (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used,
                                  cost_per_unit, total_cost, currency, encoding, provider, created_at)
        VALUES ('\(entryID)', '\(account)', 'u', '+4915112345678', 'text', 'S', 3, 0.05, 0.15, 'USD', 'gsm7', 'nxtele',
                '2026-01-01');
        \(Self.charge(entryID, account, 0));
        COMMIT
        """
    }

    /// One of the orders in which its evidence can come.
    func order(_ random: inout SeededGenerator) -> [String] {
        var open = Array(steps.indices)
        var done: Set<Int> = []
        var result: [String] = []
        while !open.isEmpty {
            let ready = open.indices.filter { steps[open[$0]].after.allSatisfy(done.contains) }
            guard let place = ready.randomElement(using: &random) else { break }
            let step = open.remove(at: place)
            done.insert(step)
            result.append(steps[step].sql)
        }
        return result
    }
}
