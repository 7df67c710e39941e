import Domain
import Logging
import PostgresClient
import Runtime
import Store
import TestSupport

@testable import Alerting

/// A database with what happens in it, and what alert workers make of it; each under the role that does it.
struct AlertBed: Sendable {
    let database: TestDatabase
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let worker: ConnectionPool
    private let evidence: ConnectionPool
    private let api: ConnectionPool
    private let sender: ConnectionPool

    init(_ database: TestDatabase) {
        self.database = database
        worker = Self.pool(database, "postroom_alert_worker")
        evidence = Self.pool(database, "postroom_webhook_worker")
        api = Self.pool(database, "postroom_api")
        sender = Self.pool(database, "postroom_send_worker")
    }

    private static func pool(_ database: TestDatabase, _ user: String) -> ConnectionPool {
        ConnectionPool(
            ConnectionConfiguration(connectionString: database.url(user: user), applicationName: "tests"), capacity: 4)
    }

    func close() async {
        await worker.close()
        await evidence.close()
        await api.close()
        await sender.close()
    }

    /// Columns separated by `|`, as the superuser sees them.
    @discardableResult
    func rows(_ sql: String) async throws -> [String] { try await database.sql(sql) }

    // MARK: - Alert workers

    /// The telling of a worker; `retriesMax` is its setting, `groupsMax` the length of its pages.
    func telling(retriesMax: Int32 = 3, groupsMax: Int32 = TellingPass.groupsMax) -> TellingPass {
        TellingPass(pool: worker, retriesMax: retriesMax, groupsMax: groupsMax, log: log)
    }

    /// The look at health of a worker of its own.
    func health() -> HealthPass { HealthPass(pool: worker, log: log) }

    /// `kind|event_count` of the notifications, in the order in which they were made.
    func notifications() async throws -> [String] {
        try await rows("SELECT kind, event_count FROM alert.notification ORDER BY created_at, id")
    }

    /// Lets a time pass: everything that was told, and that happened, was so much earlier.
    func pass(seconds: Int) async throws {
        try await rows(
            """
            UPDATE alert.notification SET window_at = window_at - interval '\(seconds) s',
                created_at = created_at - interval '\(seconds) s';
            UPDATE alert.event SET happened_at = happened_at - interval '\(seconds) s'
            """)
    }

    /// So many events of a kind, of which each is about another thing.
    func happen(_ count: Int, kind: String = "health.failed", account: String? = nil) async throws {
        let owner = account.map { "'\($0)'" } ?? "NULL"
        try await rows(
            """
            INSERT INTO alert.event (account, kind, subject, data)
            SELECT \(owner), '\(kind)', 'thing-' || n, jsonb_build_object('n', n) FROM generate_series(1, \(count)) AS n
            """)
    }

    /// Accounts, beside `default`, which is there.
    func account(_ names: String..., kind: String = "postpaid") async throws {
        for name in names {
            try await rows("INSERT INTO billing.account (name, kind, currency) VALUES ('\(name)', '\(kind)', 'USD')")
        }
    }

    /// An endpoint; its id.
    @discardableResult
    func endpoint(
        of account: String? = nil, kinds: [String] = [], disabled: Bool = false, deleted: Bool = false
    ) async throws -> String {
        let owner = account.map { "'\($0)'" } ?? "NULL"
        return try await rows(
            """
            INSERT INTO alert.endpoint (id, account, url, kinds, disabled_at, disabled_reason, deleted_at)
            VALUES (gen_random_uuid(), \(owner), 'https://receiver.example/', '{\(kinds.joined(separator: ","))}',
                    \(disabled ? "now(), 'user'" : "NULL, NULL"), \(deleted ? "now()" : "NULL"))
            RETURNING id
            """)[0]
    }

    // MARK: - Messages

    /// A message with one attempt that was dispatched.
    func entry(account: String = "default") async throws -> (entry: EntryID, attempt: AttemptID) {
        let entry = EntryID(at: .now, random: (0, .random(in: 0 ... .max)))
        try await rows(
            """
            INSERT INTO outbox.entry (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used,
                                      cost_per_unit, total_cost, currency, encoding, provider, created_at)
            VALUES ('\(entry)', '\(account)', 'user-1', '+4915112345678', 'the text', 'S', 1, 0.05, 0.05, 'USD', 'gsm7',
                    'nxtele', now())
            """)
        return (entry, try await attempt(at: entry))
    }

    /// Another attempt of a message's cycle.
    func attempt(at entry: EntryID, cycle: Int = 0, number: Int = 1) async throws -> AttemptID {
        let attempt = AttemptID(at: .now, random: (0, .random(in: 0 ... .max)))
        try await rows(
            """
            INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                                        prepared_at, dispatched_at)
            VALUES ('\(attempt)', '\(entry)', \(cycle), \(number), 'nxtele', '+4915112345678', 'dispatched', now(), now())
            """)
        return attempt
    }

    /// The outcome of an attempt.
    func settle(_ attempt: AttemptID, _ state: String, code: String? = nil) async throws {
        let code = code.map { "'\($0)'" } ?? "NULL"
        try await rows(
            """
            UPDATE outbox.attempt SET state = '\(state)', settled_at = now(), provider_code = \(code)
            WHERE id = '\(attempt)'
            """)
    }

    /// A receipt of an attempt: status 2 is delivered.
    func receipt(_ ids: (entry: EntryID, attempt: AttemptID), status: String) async throws {
        try await rows(
            """
            INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                                        reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id,
                                        matched_at)
            VALUES (gen_random_uuid(), 'nxtele', 'webhook', 'default', now(), 'm', '4915112345678', '\(status)', '',
                    '2026-01-02 00:00:00', '', '', 0, \(status == "2" ? 3 : 2), '\(ids.attempt)', '\(ids.entry)', now())
            """)
    }

    /// What a webhook worker does with new evidence.
    func refresh(_ entries: EntryID...) async throws {
        let ids = Set(entries)
        _ = try await evidence.withConnection(timeout: .seconds(60)) { connection, deadline in
            try connection.transaction(deadline: deadline) { connection in
                try RefreshEntries.run(ids, timeZone: "UTC", on: connection, deadline: deadline)
            }
        }
    }

    /// The first resend of a message, as the API does it.
    func resend(_ entry: EntryID) async throws {
        let ids: Set<EntryID> = [entry]
        guard let price = Amount("0.05").map(Numeric.init) else { throw TestSupportFailure("the price is none") }
        _ = try await api.withConnection(timeout: .seconds(60)) { connection, deadline in
            try connection.transaction(deadline: deadline) { connection in
                try connection.run(LockAccounts(["default"]), deadline: deadline)
                _ = try connection.run(
                    StartCycle(
                        entry, cycle: 1, chargeSeq: 1, amount: price.negated, balanceAfter: price.negated,
                        waitMax: .seconds(3_600)),
                    deadline: deadline)
                _ = try RefreshEntries.run(ids, timeZone: "UTC", on: connection, deadline: deadline)
            }
        }
    }

    /// A change of a balance, as whoever may make it makes it.
    func post(_ amount: String, to account: String) async throws {
        try await database.sql(
            """
            BEGIN;
            SELECT billing.lock_accounts(ARRAY['\(account)']);
            INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after)
            SELECT '\(account)', coalesce(max(seq), 0) + 1, 'adjustment', \(amount), coalesce(sum(amount), 0) + \(amount)
            FROM billing.ledger_entry WHERE account = '\(account)';
            COMMIT
            """, user: "postroom_api")
    }

    /// What a send worker notes of its provider; whether it was news to it.
    @discardableResult
    func pause(_ isPaused: Bool, code: String? = nil, of provider: String = "nxtele") async throws -> Bool {
        try await sender.run(RecordProviderPause(provider, isPaused: isPaused, code: code), timeout: .seconds(60))
    }

    /// `account|kind|subject` of what is still to be told.
    func events() async throws -> [String] {
        try await rows("SELECT account, kind, subject FROM alert.event ORDER BY seq")
    }
}

/// Runs a test with a bed of its own.
func withAlertBed(_ body: (AlertBed) async throws -> Void) async throws {
    try await withTestDatabase { database in
        let bed = AlertBed(database)
        do { try await body(bed) } catch {
            await bed.close()
            throw error
        }
        await bed.close()
    }
}
