import Store
import TestSupport
import Testing

/// A claim is made many times a second over a queue of any length: its plans must not depend on what statistics say of
/// it, which are old, or of when it was empty.
@Suite struct `The plan of a claim` {
    /// Statistics of a queue that holds one account's sends, all of them claimed since; then a campaign of another's.
    private static let campaign = """
        ALTER TABLE queue.send SET (autovacuum_enabled = off);
        INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
        SELECT gen_random_uuid(), 'nxtele', 'a', 1, now() - interval '1 hour', now() + interval '2 days', 0
        FROM generate_series(1, 20000);
        ANALYZE queue.send;
        DELETE FROM queue.send;
        INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
        SELECT gen_random_uuid(), 'nxtele', 'b', 1, now() - interval '1 hour', now() + interval '1 day', 0
        FROM generate_series(1, 20000)
        """

    private static let lookTypes = "text, text, text[], timestamptz[], timestamptz[], integer, integer, interval"

    @Test func `counts what of an account is due by the index of what is due`() async throws {
        try await withSendBed { bed in
            try await bed.database.sql(Self.campaign)
            let plan = try await bed.database.plan(
                of: ReadDueAccounts.sql, Self.lookTypes, "'nxtele', '', '{}', '{}', '{}', 128, 256, '3 s'",
                as: "postroom_send_worker")
            #expect(plan.contains("using send_due_idx") && !plan.contains("send_give_up_idx"), "\(plan)")
        }
    }

    @Test func `takes an account's sends by that index, and not by the one of all that is due`() async throws {
        try await withSendBed { bed in
            // Statistics of one account only, which is no condition then, and sends of another before its.
            try await bed.database.sql(Self.campaign)
            for account in ["a", "b"] {
                let plan = try await bed.database.plan(
                    of: ClaimSends.sql, "text, text[], smallint[], integer[], timestamptz[], uuid, interval, uuid[]",
                    "'nxtele', '{\(account)}', '{1}', '{20}', '{-infinity}', gen_random_uuid(), '30 s', "
                        + "ARRAY[gen_random_uuid()]", as: "postroom_send_worker")
                #expect(plan.contains("using send_due_idx") && !plan.contains("send_due_order_idx"), "\(plan)")
            }
        }
    }

    @Test func `passes nothing that died before what it is told was due first`() async throws {
        try await withSendBed { bed in
            try await bed.database.sql(
                """
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                SELECT gen_random_uuid(), 'nxtele', 'b', 1, now() - interval '1 hour', now() + interval '1 day', 0
                FROM generate_series(1, 20000);
                ANALYZE queue.send
                """)
            // Held by a snapshot, so that nobody may clear what dies now.
            let reader = Session(bed.database.url)
            try await reader.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM queue.send LIMIT 1")
            try await bed.database.sql(
                """
                DELETE FROM queue.send;
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                SELECT gen_random_uuid(), 'nxtele', 'b', 1, now() - interval '1 minute', now() + interval '1 day', 0
                FROM generate_series(1, 10)
                """)
            func passed(_ known: String) async throws -> Int {
                try await bed.database.sql(
                    """
                    PREPARE planned (\(Self.lookTypes)) AS \(ReadDueAccounts.sql);
                    EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE planned ('nxtele', '', \(known), 128, 256, '3 s')
                    """, user: "postroom_send_worker"
                ).reduce(0) { $0 + (Int($1.split(separator: "Heap Fetches: ").last ?? "") ?? 0) }
            }
            // Found, and counted; then counted only; then from where it begins.
            #expect(try await passed("'{}', '{}', '{}'") > 40_000)
            #expect(try await (20_000..<40_000).contains(passed("'{b}', '{-infinity}', '{-infinity}'")))
            let from = "ARRAY[now() - interval '2 minutes']"
            #expect(try await passed("'{b}', \(from), \(from)") <= 20)
            await reader.close()
        }
    }

    @Test func `asks whether anything is due by the index of that, and passes nothing that died before`() async throws {
        try await withSendBed { bed in
            try await bed.database.sql(Self.campaign)
            let plan = try await bed.database.plan(
                of: ReadFirstDue.sql, "timestamptz, interval", "'-infinity', '3 s'", as: "postroom_send_worker")
            let conditions = plan.split(separator: "\n").filter { $0.contains("Cond:") }
            #expect(plan.contains("using send_due_order_idx") && !plan.contains("Sort"), "\(plan)")
            #expect(conditions.count == 1 && !plan.contains("Filter:"), "\(plan)")
            #expect(conditions.allSatisfy { $0.contains("due_at >= ") && $0.contains("due_at <= now()") }, "\(plan)")

            let reader = Session(bed.database.url)
            try await reader.script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM queue.send LIMIT 1")
            try await bed.database.sql(
                """
                DELETE FROM queue.send;
                INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                VALUES (gen_random_uuid(), 'nxtele', 'b', 1, now() - interval '1 minute', now() + interval '1 day', 0)
                """)
            func passed(_ from: String) async throws -> Int {
                try await bed.database.sql(
                    """
                    PREPARE planned (timestamptz, interval) AS \(ReadFirstDue.sql);
                    EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE planned (\(from), '3 s')
                    """, user: "postroom_send_worker"
                ).reduce(0) { $0 + (Int($1.split(separator: "Heap Fetches: ").last ?? "") ?? 0) }
            }
            #expect(try await passed("'-infinity'") >= 20_000)
            #expect(try await passed("now() - interval '2 minutes'") <= 2)
            await reader.close()
        }
    }

    @Test func `looks for the slots that are taken once, by a range of their key`() async throws {
        try await withSendBed { bed in
            // Statistics of a table that was empty.
            try await bed.database.sql(
                """
                ALTER TABLE queue.send_slot SET (autovacuum_enabled = off);
                ANALYZE queue.send_slot;
                INSERT INTO queue.send_slot
                SELECT 'nxtele', ((extract(epoch FROM now()) - 60) * 200)::bigint * 5000 + n * 5000
                FROM generate_series(1, 12000) AS n
                """)
            let plan = try await bed.database.plan(
                of: TakeSendSlots.sql, "text, bigint, bigint, bigint", "'nxtele', 5000, 250000, 50",
                as: "postroom_send_worker")
            let lines = plan.split(separator: "\n")
            #expect(plan.contains("send_slot_pkey") && !plan.contains("Seq Scan"), "\(plan)")
            let ranges = lines.contains {
                $0.contains("Index Cond:") && $0.contains("slot > ") && $0.contains("slot < ")
            }
            #expect(ranges, "\(plan)")
        }
    }

    @Test func `reads no attempts but its own`() async throws {
        try await withSendBed { bed in
            try await bed.database.sql(Self.campaign)
            // As many as are cheaper read whole than looked up one by one for what a claim may bring by its plan.
            try await bed.database.sql(
                """
                ALTER TABLE outbox.attempt SET (autovacuum_enabled = off);
                SET session_replication_role = replica;  -- without their entries
                INSERT INTO outbox.attempt
                    (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at, dispatched_at)
                SELECT gen_random_uuid(), gen_random_uuid(), 0, 1, 'nxtele', '+4915112345678', 'accepted', now(), now()
                FROM generate_series(1, 500)
                """)
            let freshIDs = (10..<100).map { "00000000-0000-0000-0000-0000000000\($0)" }.joined(separator: ",")
            let plan = try await bed.database.plan(
                of: ClaimSends.sql, "text, text[], smallint[], integer[], timestamptz[], uuid, interval, uuid[]",
                """
                'nxtele', '{a}', '{1}', '{90}', '{-infinity}', '00000000-0000-0000-0000-0000000000aa', '30 s',
                '{\(freshIDs)}'
                """, as: "postroom_send_worker")
            let lines = plan.split(separator: "\n")
            let looks = lines.indices.filter { lines[$0].contains("Scan") && lines[$0].contains(" on attempt ") }
            #expect(looks.count == 2, "\(plan)")
            #expect(looks.allSatisfy { lines.dropFirst($0 + 1).first?.contains("Cond:") == true }, "\(plan)")
            let begins = lines.contains {
                $0.contains("Index Cond:") && $0.contains("due_at >= ") && $0.contains("due_at <= now()")
            }
            #expect(begins, "\(plan)")
        }
    }
}

/// What a worker that died held is freed by statements that must not depend on them either.
@Suite struct `The plan of a rescue` {
    /// Statistics of when nothing was leased; then everything is.
    private static let leased = """
        ALTER TABLE queue.send SET (autovacuum_enabled = off);
        INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
        SELECT gen_random_uuid(), 'nxtele', 'a', 1, now() - interval '1 hour', now() + interval '2 days', 0
        FROM generate_series(1, 20000);
        ANALYZE queue.send;
        UPDATE queue.send SET lease_owner = gen_random_uuid(), lease_until = now()
        """

    @Test func `finds each row by its key, not among all leases`() async throws {
        try await withSendBed { bed in
            try await bed.database.sql(Self.leased)
            let plan = try await bed.database.plan(
                of: RescueSends.sql, "text, uuid[], bigint[], interval, interval",
                "'nxtele', '{00000000-0000-0000-0000-0000000000aa}', '{1}', '30 s', '1 day'", as: "postroom_send_worker"
            )
            #expect(plan.contains("using send_pkey on send one") && !plan.contains("send_lease_idx"), "\(plan)")
        }
    }
}
