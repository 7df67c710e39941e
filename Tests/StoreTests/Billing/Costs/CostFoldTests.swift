import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `The fold of costs` {
    private static let entries = 12

    /// A piece of evidence, and the entry it is about.
    private struct Piece: Sendable {
        var sql: String
        var number: Int
    }

    /// Receipts, outcomes and changes of state of some entries that are there, in any order the same in the end.
    private func evidence(_ random: inout SeededGenerator) -> [Piece] {
        (0..<Self.entries).flatMap { number -> [Piece] in
            let seconds = number * 130
            let (entry, attempt) = (CostBed.id(number, seconds), CostBed.id(number, seconds, CostBed.Attempt()))
            var pieces = [
                Piece(
                    sql: "UPDATE outbox.attempt SET state = 'accepted', settled_at = now() WHERE id = \(attempt)",
                    number: number)
            ]
            for place in 0..<Int.random(in: 0...3, using: &random) {
                let key =
                    "'\(String(UInt32.random(in: 1 << 28 ... .max, using: &random), radix: 16))-0000-4000-8000-"
                    + "\(100_000_000_000 + number * 10 + place)'::uuid"
                pieces.append(
                    Piece(
                        sql: """
                            INSERT INTO outbox.receipt
                                (id, provider, source, account, received_at, message_id, phone, status, result,
                                 reported_time, submitted_time, ext, price, size, rate, currency, content_hash, rank,
                                 attempt_id, entry_id, matched_at)
                            SELECT \(key), 'nxtele', '\(["webhook", "query"].randomElement(using: &random) ?? "")', 'default',
                                   now(), 'm', '49', '\(place * 3 + 2)', '', '', '', '',
                                   0.0\(Int.random(in: 1...9, using: &random)), \(Int.random(in: 1...2, using: &random)), 7,
                                   '\(["USD", "CNY"].randomElement(using: &random) ?? "")', 1,
                                   \(place == 0 ? 3 : 2), \(attempt), \(entry), now()
                            """, number: number))
            }
            return pieces
        }
    }

    /// Brings evidence in some order, as workers do, with folds in between. Returns what is reported in the end.
    private func run(seed: UInt64, order: UInt64) async throws -> [String] {
        var result: [String] = []
        try await withCostBed { bed in
            var random = SeededGenerator(seed: seed)
            for number in 0..<Self.entries {
                try await bed.addEntry(
                    number, seconds: number * 130, sender: "s\(number % 3)", status: "pending", state: "dispatched",
                    attempts: [CostBed.Attempt(state: "dispatched")])
            }
            var pieces = evidence(&random)
            var shuffler = SeededGenerator(seed: seed &+ order &+ 1)
            pieces.shuffle(using: &shuffler)
            // All slices are computed first, so that what follows is late throughout.
            try await bed.fold()
            let pool = ConnectionPool(
                ConnectionConfiguration(connectionString: bed.database.url(user: "postgres")), capacity: 1)
            for piece in pieces {
                let ids = try await bed.database.sql("SELECT \(CostBed.id(piece.number, piece.number * 130))")
                let entry = try #require(ids.first.flatMap { EntryID($0) })
                try await pool.withConnection(timeout: .seconds(60)) { connection, deadline in
                    _ = try connection.transaction(deadline: deadline) { connection in
                        try connection.runScript(piece.sql, named: "piece", deadline: deadline)
                        return try RefreshEntries.run([entry], timeZone: "UTC", on: connection, deadline: deadline)
                    }
                }
                if Int.random(in: 0..<3, using: &shuffler) == 0 { try await bed.fold() }
            }
            await pool.close()
            try await bed.fold()
            result = try await bed.report()
            // What stands there is what all the evidence comes to, and not a bit else.
            #expect(
                try await bed.database.sql(
                    """
                    SELECT count(*) FROM (
                        (SELECT c.* FROM generate_series(\(CostBed.noon), \(CostBed.noon) + interval '1 h', '10 min') AS s,
                            LATERAL billing.compute_slice(s) AS c
                         EXCEPT SELECT s.* FROM billing.cost_slice AS s)
                        UNION ALL
                        (SELECT s.* FROM billing.cost_slice AS s EXCEPT
                         SELECT c.* FROM generate_series(\(CostBed.noon), \(CostBed.noon) + interval '1 h', '10 min') AS s,
                            LATERAL billing.compute_slice(s) AS c)) AS difference
                    """) == ["0"])
            #expect(
                try await bed.database.sql(
                    "SELECT (SELECT sum(charged) FROM billing.cost_day) = (SELECT sum(total_cost) FROM outbox.entry)")
                    == ["t"])
        }
        return result
    }

    @Test func `ends the same whatever the order of evidence, and whenever it was folded`() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let first = try await run(seed: seed, order: 0)
        #expect(first.count > 5)
        for order in 1..<3 {
            #expect(try await run(seed: seed, order: UInt64(order)) == first, "seed \(seed)")
        }
    }

    @Test func `of young slices comes back ever more seldom, and of old ones only where something came`() async throws {
        try await withCostBed { bed in
            try await bed.addEntry(1)
            let slice = "SELECT count(*) FROM billing.cost_slice_state WHERE slice = \(CostBed.noon)"
            func at(_ minutes: Int) -> String { "\(CostBed.noon) + interval '\(minutes) min'" }
            let computed = try await bed.database.sql(
                """
                DELETE FROM billing.cost_slice_state WHERE slice = \(CostBed.noon);
                INSERT INTO billing.cost_slice_state SELECT \(CostBed.noon) + interval '10 min' * n, 'infinity'::timestamptz
                FROM generate_series(1, 5) AS n;
                SELECT minute FROM generate_series(5, 400) AS minute
                WHERE billing.fold_slice('6 hours', \(CostBed.noon) + interval '1 min' * minute) IS NOT NULL
                """)
            #expect(computed == ["11", "33", "99", "130"])
            #expect(try await bed.database.sql(slice) == ["1"])
            try await bed.database.sql(
                "INSERT INTO billing.cost_touch (slice) SELECT \(CostBed.noon) FROM generate_series(1, 5)")
            // Not before its age has trebled.
            #expect(try await bed.fold(wait: "6 hours", at: at(389)) == 0)
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cost_touch") == ["1"])
            #expect(try await bed.fold(wait: "6 hours", at: at(390)) == 1)
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cost_touch") == ["0"])
        }
    }

    @Test func `takes a receipt as asked for also where an UNKNOWN had come by itself`() async throws {
        try await withCostBed { bed in
            for (number, kinds) in [
                [("webhook", 1), ("query", 3)], [("query", 3)], [("webhook", 3), ("query", 3)], [("webhook", 2)],
                [("webhook", 1)],
            ].enumerated() {
                try await bed.addEntry(number)
                for (source, rank) in kinds {
                    try await bed.addReceipt(number, status: ["12", "8", "2"][rank - 1], rank: rank, source: source)
                }
            }
            try await bed.fold()
            #expect(
                try await bed.database.sql(
                    """
                    SELECT receipts_expected, receipts_by_webhook, receipts_by_query, receipts_missing
                    FROM monitor.delivery WHERE receipts_expected > 0
                    """, user: "postroom_monitor") == ["5|2|2|1"])
        }
    }

    @Test func `is done by one at a time, and the other loses nothing`() async throws {
        try await withCostBed { bed in
            try await bed.addEntry(1)
            let session = Session(bed.database.url(user: "postroom_webhook_worker"))
            try await session.script("BEGIN")
            #expect(try await session.run(FoldCostSlice()) != nil)
            #expect(try await bed.fold() == 0)
            try await session.script("ROLLBACK")
            await session.close()
            #expect(try await bed.fold() > 0)
            #expect(try await bed.database.sql("SELECT sum(entries) FROM outbox.delivery_hour") == ["1"])
        }
    }

    @Test func `keeps a note that comes while it computes`() async throws {
        try await withCostBed { bed in
            try await bed.addEntry(1)
            try await bed.fold()
            let note = "INSERT INTO billing.cost_touch (slice) VALUES (\(CostBed.noon))"
            try await bed.database.sql(note)
            let session = Session(bed.database.url(user: "postgres"))
            try await session.script("BEGIN; SELECT billing.fold_slice('0 s')")
            try await bed.database.sql(note)
            try await session.script("COMMIT")
            await session.close()
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.cost_touch") == ["1"])
            #expect(try await bed.fold() == 1)
        }
    }

    @Test func `puts a slice off that takes too long, and tries it again`() async throws {
        try await withCostBed { bed in
            try await bed.fold()
            try await bed.addEntry(1)
            try await bed.database.sql(
                """
                INSERT INTO billing.cost_touch (slice) VALUES (\(CostBed.noon));
                ALTER FUNCTION billing.compute_slice(timestamptz) RENAME TO compute_slice_well;
                CREATE FUNCTION billing.compute_slice(start timestamptz) RETURNS SETOF billing.cost_slice LANGUAGE plpgsql
                AS $$ BEGIN RAISE query_canceled; END $$
                """)
            let folded = try await bed.database.sql(
                "SELECT billing.fold_slice('0 s') IS NULL")
            #expect(folded.last == "t")
            // Its turn is over, and its note is there.
            #expect(
                try await bed.database.sql(
                    "SELECT computed_at > now() - interval '1 min' FROM billing.cost_slice_state WHERE slice = \(CostBed.noon)"
                )
                    == ["t"])
            #expect(
                try await bed.database.sql("SELECT DISTINCT slice = \(CostBed.noon) FROM billing.cost_touch") == ["t"])
            try await bed.database.sql(
                """
                DROP FUNCTION billing.compute_slice(timestamptz);
                ALTER FUNCTION billing.compute_slice_well(timestamptz) RENAME TO compute_slice
                """)
            #expect(try await bed.fold() == 1)
            #expect(try await bed.database.sql("SELECT sum(entries) FROM outbox.delivery_hour") == ["1"])
        }
    }

    @Test func `computes anew what a clock that was ahead found empty`() async throws {
        try await withCostBed { bed in
            try await bed.fold(at: "\(CostBed.noon) + interval '5 hours'")
            try await bed.addEntry(1)
            try await bed.fold(at: "\(CostBed.noon) + interval '15 min'")
            #expect(try await bed.database.sql("SELECT sum(entries) FROM outbox.delivery_hour") == ["1"])
        }
    }

    @Test func `takes the receipt that Domain's merge takes`() async throws {
        try await withCostBed { bed in
            var random = SeededGenerator(seed: 99)
            var winners: [String] = []
            for number in 0..<60 {
                try await bed.addEntry(number, seconds: number)
                var receipts: [(ReceiptEvidence, Int)] = []
                for place in 0..<Int.random(in: 1...5, using: &random) {
                    let time = ["2026-11-21 10:01:15", "2026-11-21 10:01:16", ""].randomElement(using: &random) ?? ""
                    let digest = withUnsafeBytes(of: UInt128.random(in: 0 ... .max, using: &random)) { Array($0) }
                    let statuses = ["2", "02", "5", "6", "12", "-1", "99999999999999999999999", "UNDELIV", ""]
                    let receipt = ReceiptEvidence(
                        key: ReceiptKey(reportedTime: LocalTime(time), digest: digest),
                        status: statuses.randomElement(using: &random) ?? "", result: "", reportedTime: time,
                        receivedAt: Timestamp(microseconds: 0))
                    receipts.append((receipt, place))
                    try await bed.addReceipt(
                        number, seconds: number, key: "'\(receipt.key)'", status: receipt.status,
                        rank: Int(receipt.rank.rawValue), price: "\(place + 1)")
                }
                winners.append("\((receipts.max { $0.0 < $1.0 }?.1 ?? -1) + 1)")
            }
            #expect(
                try await bed.database.sql("SELECT provider_price FROM billing.attempt_cost ORDER BY entry_id")
                    == winners)
        }
    }
}
