import Domain
import PostgresClient
import Store
import TestSupport

/// Entries with their attempts and receipts, and the fold that reports on them.
struct CostBed: Sendable {
    let database: TestDatabase

    /// Noon of the day before the run began (UTC), one moment however long it takes: all of it is long past being
    /// computed by itself.
    static let noon = "timestamptz '\(Inbox.now.day.adding(days: -1).noon.iso8601)'"

    /// An attempt of an entry, by its place.
    struct Attempt {
        var cycle = 0
        var number = 1
        var state = "accepted"
    }

    /// Adds an entry accepted so many seconds after noon of yesterday, and scheduled for so many, with its attempts.
    func addEntry(
        _ number: Int, seconds: Int = 0, phone: String = "+4915112345678", sender: String = "SHOP", units: Int = 1,
        price: String = "0.05", currency: String = "USD", owed: Int = 1, status: String = "sent",
        state: String = "delivered", scheduled: Int? = nil, attempts: [Attempt] = [Attempt()]
    ) async throws {
        let cycle = attempts.map(\.cycle).max() ?? 0
        var sql = """
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                 total_cost, currency, encoding, provider, status, delivery_state, cycle, owed_cycles, created_at,
                 scheduled_at)
            SELECT \(Self.id(number, seconds)), 'default', 'u', '\(phone)', 'm', '\(sender)', \(units), \(price),
                   \(price) * \(units) * \(owed.nonzeroBitCount), '\(currency)', 'gsm7', 'nxtele', '\(status)', '\(state)',
                   \(cycle), \(owed), \(Self.noon) + interval '\(seconds) s',
                   \(Self.noon) + \(scheduled.map { "interval '\($0) s'" } ?? "NULL");
            """
        for attempt in attempts {
            sql += """
                INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                                            prepared_at, dispatched_at, settled_at)
                SELECT \(Self.id(number, seconds, attempt)), \(Self.id(number, seconds)), \(attempt.cycle),
                       \(attempt.number), 'nxtele', '\(phone)', '\(attempt.state)', now(), now(), now();
                """
        }
        try await database.sql(sql)
    }

    /// Adds a receipt of an attempt; a key of its own unless given.
    func addReceipt(
        _ number: Int, seconds: Int = 0, of attempt: Attempt = Attempt(), key: String = "gen_random_uuid()",
        status: String = "2", rank: Int = 3, price: String = "0.05", size: String = "1", rate: String = "6.5",
        currency: String = "USD", source: String = "webhook"
    ) async throws {
        try await database.sql(
            """
            INSERT INTO outbox.receipt
                (id, provider, source, account, received_at, message_id, phone, status, result, reported_time,
                 submitted_time, ext, price, size, rate, currency, content_hash, rank, attempt_id, entry_id, matched_at)
            SELECT \(key), 'nxtele', '\(source)', 'default', now(), 'm', '49', '\(status)', '', '', '', '', \(price), \(size),
                   \(rate), nullif('\(currency)', ''), 1, \(rank), \(Self.id(number, seconds, attempt)),
                   \(Self.id(number, seconds)), now()
            """)
    }

    /// Folds all that is due, at one moment of the fold's clock, given as SQL. Returns how many slices were.
    @discardableResult
    func fold(wait: String = "1 microsecond", at: String = "now()") async throws -> Int {
        let rows = try await database.sql(
            """
            WITH RECURSIVE folded (n, slice) AS (
                SELECT 0, 'infinity'::timestamptz
                UNION ALL
                SELECT f.n + 1, billing.fold_slice('\(wait)', \(at)) FROM folded AS f WHERE f.slice IS NOT NULL AND f.n < 1000
            )
            SELECT max(n) - 1 FROM folded
            """)
        return Int(rows.first ?? "") ?? -1
    }

    /// What is reported, but when it was computed.
    func report() async throws -> [String] {
        try await database.sql(
            """
            SELECT 'slice ' || s::text FROM billing.cost_slice AS s
            UNION ALL SELECT 'day ' || d::text FROM billing.cost_day AS d
            UNION ALL SELECT 'hour ' || h::text FROM outbox.delivery_hour AS h
            ORDER BY 1
            """)
    }

    /// SQL of the id of an entry, or of one of its attempts.
    static func id(_ number: Int, _ seconds: Int, _ attempt: Attempt? = nil) -> String {
        let low = 0x8000_0000_0000_0000 | UInt64(number) << 16 | UInt64(attempt.map { $0.cycle * 64 + $0.number } ?? 0)
        let hex = String(low, radix: 16)
        return "(left(ops.time_lowest_id(\(noon) + interval '\(seconds) s')::text, 13) || '-7000-\(hex.prefix(4))-"
            + "\(hex.dropFirst(4))')::uuid"
    }
}

/// Runs a test with one.
func withCostBed(_ body: (CostBed) async throws -> Void) async throws {
    try await withTestDatabase { database in
        // The slices of the hour after noon of yesterday are to be computed, and no others: 35 days have 5 000.
        try await database.sql(
            """
            INSERT INTO billing.cost_slice_state (slice, computed_at)
            SELECT s, 'infinity'::timestamptz
            FROM generate_series(\(CostBed.noon) - interval '37 days', \(CostBed.noon) + interval '3 days', '10 min') AS s
            WHERE s < \(CostBed.noon) OR s >= \(CostBed.noon) + interval '1 hour'
            """)
        try await body(CostBed(database: database))
    }
}
