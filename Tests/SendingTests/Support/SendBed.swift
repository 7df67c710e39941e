import Domain
import Logging
import PostgresClient
import Providers
import Runtime
import Sandbox
import Store
import TestSupport

@testable import Sending

/// A database and a provider, with what the tests do to them.
struct SendBed: Sendable {
    let database: TestDatabase
    let sandbox: SandboxServer
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// An entry to be sent.
    struct Given: Sendable {
        var account = "default"
        var isHigh = false
        var phone = "+4915112345678"
        var text = "hello"
        var dueAt = "now() - interval '1 second'"
        var giveUpAt = "now() + interval '1 hour'"
        var validUntil = "NULL::timestamptz"
        var cycle: Int32 = 0
    }

    /// Stores entries as the API does: the entry, its row in the queue, its charge.
    @discardableResult
    func add(_ entries: [Given]) async throws -> [EntryID] {
        // In the order given, also within one millisecond.
        let now = Timestamp.now
        let ids = entries.indices.map { EntryID(at: now, random: (UInt64($0), .random(in: 0 ... .max))) }
        let accounts = Set(entries.map(\.account)).map { "('\($0)', 'postpaid', 'USD')" }.joined(separator: ",")
        let values = zip(ids, entries).map { id, one in
            "('\(id)'::uuid, '\(one.account)', '\(one.phone)', '\(one.text)', '\(one.isHigh ? "high" : "normal")', "
                + "\(one.dueAt), \(one.giveUpAt), \(one.validUntil), \(one.cycle))"
        }
        try await database.sql(
            """
            INSERT INTO billing.account (name, kind, currency) VALUES \(accounts) ON CONFLICT DO NOTHING;
            WITH given AS (
                SELECT * FROM (VALUES \(values.joined(separator: ",")))
                    AS v (id, account, phone, text, priority, due_at, give_up_at, valid_until, cycle)
            ), entry AS (
                INSERT INTO outbox.entry (id, account, user_id, recipient_phone_number, message, sender_id,
                    sms_units_used, cost_per_unit, total_cost, currency, encoding, provider, priority, created_at,
                    valid_until, cycle)
                SELECT id, account, 'u', phone, text, 'ME', 2, 0.05, 0.10, 'USD', 'gsm7', 'nxtele', priority, now(),
                       valid_until, cycle
                FROM given
            ), queued AS (
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                SELECT id, 'nxtele', account, CASE priority WHEN 'high' THEN 0 ELSE 1 END, due_at, give_up_at, cycle
                FROM given
            )
            INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
            SELECT given.account,
                   coalesce(l.seq, 0) + row_number() OVER w, 'charge', -0.10, coalesce(l.balance_after, 0)
                   - 0.10 * row_number() OVER w, given.id, given.cycle, 0
            FROM given
            LEFT JOIN LATERAL (SELECT * FROM billing.ledger_entry AS one WHERE one.account = given.account
                               ORDER BY one.seq DESC LIMIT 1) AS l ON true
            WINDOW w AS (PARTITION BY given.account ORDER BY given.id)
            """)
        return ids
    }

    /// Stores so many entries alike, each to a number of its own.
    @discardableResult
    func add(_ count: Int, _ change: (inout Given) -> Void = { _ in }) async throws -> [EntryID] {
        try await add(
            (0..<count).map { place in
                var given = Given()
                given.phone = "+49151\(10_000_000 + place)"
                change(&given)
                return given
            })
    }

    /// A worker of one process.
    func worker(_ change: (inout SendingConfiguration) -> Void = { _ in }) -> TestWorker {
        var configuration = SendingConfiguration(
            reading: SettingsReader(environment: [
                "DATABASE_URL": database.url(user: "postroom_send_worker"),
                "POSTROOM_NXTELE_URL": "http://127.0.0.1:\(sandbox.port)", "POSTROOM_NXTELE_APPKEY": "sandbox",
                "POSTROOM_NXTELE_SECRETKEY": "sandbox", "POSTROOM_SEND_CALLS": "32",
                "POSTROOM_SEND_TIMEOUT": "45s",
            ]))
        change(&configuration)
        return TestWorker(configuration, log: log)
    }

    /// Sends everything once under the script it began with.
    func sendAll(_ change: @escaping (inout SendingConfiguration) -> Void = { _ in }) async throws {
        try await work("all are called", change) { try await rows("SELECT count(*) FROM queue.send") == ["0"] }
    }

    /// Runs the body with a worker, which is ended also where it fails: its client, left as it is, would end all tests.
    func withWorker(_ body: (TestWorker) async throws -> Void) async throws {
        let worker = worker()
        do { try await body(worker) } catch {
            await worker.end()
            throw error
        }
        await worker.end()
    }

    /// Runs a worker until a condition holds, and ends it as a drain does.
    func work(
        _ what: String, _ change: (inout SendingConfiguration) -> Void = { _ in },
        until condition: @escaping @Sendable () async throws -> Bool
    ) async throws {
        let worker = worker(change)
        try await worker.run(until: what, condition)
        await worker.end()
    }

    /// Runs a worker until nothing is queued that is due.
    func workUntilIdle(_ change: (inout SendingConfiguration) -> Void = { _ in }) async throws {
        try await work("nothing is due", change) {
            try await rows(
                "SELECT count(*) FROM queue.send WHERE lease_owner IS NOT NULL OR due_at <= now() AND give_up_at > now()"
            ) == ["0"]
        }
    }

    func rows(_ sql: String) async throws -> [String] { try await database.sql(sql) }

    /// `status|delivery_state|total_cost` of the entries, in the order of their ids.
    func entries() async throws -> [String] {
        try await rows("SELECT status, delivery_state, total_cost FROM outbox.entry ORDER BY id")
    }

    /// `state|counts|code` of the attempts, in the order of entry and number.
    func attempts() async throws -> [String] {
        try await rows(
            "SELECT state, counts, provider_code FROM outbox.attempt ORDER BY entry_id, cycle, number")
    }

    /// Whether every entry's ledger comes to what it costs, every balance to the sum before it, and no seq is missing.
    func ledgerHolds() async throws -> Bool {
        try await rows(
            """
            SELECT (SELECT count(*) FROM outbox.entry AS e
                    WHERE e.total_cost <> -(SELECT coalesce(sum(l.amount), 0) FROM billing.ledger_entry AS l
                                           WHERE l.entry_id = e.id))
                 + (SELECT count(*) FROM (
                        SELECT balance_after - sum(amount) OVER w AS off, seq - row_number() OVER w AS gap
                        FROM billing.ledger_entry WINDOW w AS (PARTITION BY account ORDER BY seq)) AS s
                    WHERE s.off <> 0 OR s.gap <> 0)
            """) == ["0"]
    }

    /// What the provider really sent: our attempts' ids.
    func accepted() async -> [String] { await sandbox.accepted.compactMap(\.systemMessageID) }

    /// Makes everything that waits for its time due now.
    func makeDue() async throws {
        try await rows("UPDATE queue.send SET due_at = now() WHERE lease_owner IS NULL").ignore()
        try await rows("UPDATE queue.lookup SET due_at = now() WHERE lease_owner IS NULL").ignore()
    }

    /// Lets the deadlines of all look-ups pass; also, so long after their calls that lists would show them.
    func passDeadlines() async throws {
        try await rows("UPDATE queue.lookup SET due_at = now(), deadline_at = now() - interval '1 second'").ignore()
        try await rows("UPDATE outbox.attempt SET dispatched_at = dispatched_at - interval '1 minute'").ignore()
    }

    /// Follows another script from now on.
    func follow(_ script: String) async throws { await sandbox.follow(try SandboxScript(script)) }
}

extension [String] {
    fileprivate func ignore() {}
}

/// Runs the body with a migrated database and a provider that follows a script.
func withSendBed(_ script: String = "", _ body: (SendBed) async throws -> Void) async throws {
    try await withTestDatabase { database in
        var configuration = SandboxConfiguration()
        configuration.script = try SandboxScript(script)
        let sandbox = SandboxServer(configuration)
        try await sandbox.start()
        do { try await body(SendBed(database: database, sandbox: sandbox)) } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
    }
}
