import Domain
import Store
import TestSupport
import Testing

@Suite struct `The webhook worker's role` {
    /// Each has a reason to be refused; some would lose evidence, some money, some the proof of either.
    private static let forbidden = [
        "INSERT INTO inbox.webhook (id, received_at, source, account, method, path, query, headers, body, remote_address) "
            + "VALUES (gen_random_uuid(), now(), 's', 'a', 'POST', '', '', '', '', '')",
        "UPDATE inbox.webhook SET body = ''", "DELETE FROM inbox.webhook", "TRUNCATE inbox.webhook",
        "INSERT INTO queue.webhook (webhook_id, source) VALUES (gen_random_uuid(), 's')",
        "UPDATE queue.webhook SET webhook_id = gen_random_uuid()", "UPDATE queue.webhook SET source = 's'",
        "TRUNCATE queue.webhook", "SELECT body FROM queue.webhook_dead", "DELETE FROM queue.webhook_dead",
        "UPDATE queue.webhook_dead SET reason = ''", "SELECT * FROM queue.tally", "UPDATE queue.tally SET count = 0",
        "DELETE FROM queue.tally", "DELETE FROM outbox.receipt", "TRUNCATE outbox.receipt", "DELETE FROM outbox.entry",
        "INSERT INTO outbox.entry (id) VALUES (gen_random_uuid())", "UPDATE outbox.entry SET message = ''",
        "UPDATE outbox.entry SET cost_per_unit = 0", "UPDATE outbox.entry SET account = ''",
        "UPDATE billing.ledger_entry SET amount = 0", "DELETE FROM billing.ledger_entry",
        "UPDATE billing.account SET kind = 'postpaid'", "SELECT hash FROM ops.api_key", "SELECT * FROM queue.send",
        "UPDATE outbox.entry SET recipient_phone_number = ''", "DELETE FROM outbox.attempt",
        "SELECT message FROM outbox.entry", "SELECT provider_answer FROM outbox.attempt",
        "INSERT INTO outbox.attempt (id) VALUES (gen_random_uuid())",
        "UPDATE outbox.attempt SET recipient_phone_number = ''", "UPDATE outbox.attempt SET entry_id = id",
        "UPDATE sms_log.entry SET body = ''", "DELETE FROM sms_log.entry", "DELETE FROM sms_log.inbound",
        "DELETE FROM sms_log.other_event", "SELECT * FROM ops.process", "DELETE FROM ops.process",
        "UPDATE ops.provider SET sends_receipts = false", "INSERT INTO ops.provider (name) VALUES ('x')",
        "SELECT * FROM ops.migration", "SELECT * FROM monitor.conservation",
        "SELECT inbox.make_day(current_date, false)", "CREATE TABLE inbox.mine (a integer)",
        "CREATE TABLE queue.mine (a integer)", "CREATE FUNCTION ops.mine() RETURNS integer LANGUAGE sql RETURN 1",
        "CREATE TABLE public.mine (a integer)", "DROP TABLE inbox.webhook_default",
        "ALTER TABLE outbox.receipt DISABLE TRIGGER ALL", "CREATE ROLE mine", "SET ROLE postroom_operator",
        "SET ROLE postgres", "SELECT pg_read_file('/etc/passwd')",
    ]

    @Test func `may not do what is not its work`() async throws {
        try await withBed { bed in
            for statement in Self.forbidden {
                let failure = await #expect(throws: TestSupportFailure.self, "\(statement)") {
                    try await bed.database.sql("BEGIN; \(statement); ROLLBACK", user: "postroom_webhook_worker")
                }
                let text = failure?.description ?? ""
                #expect(
                    text.contains("permission denied") || text.contains("must be owner of"), "\(statement): \(text)")
            }
        }
    }

    @Test func `cannot hold rows for ever: its time-outs come with it`() async throws {
        try await withBed { bed in
            let limits = try await bed.database.sql(
                "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
                    + "current_setting('idle_in_transaction_session_timeout'), current_setting('synchronous_commit')",
                user: "postroom_webhook_worker")
            #expect(limits == ["30s|1s|10s|on"])
        }
    }

    @Test func `takes the first rows of a burst by the index, though nobody has counted it yet`() async throws {
        try await withBed { bed in
            try await bed.database.sql(
                """
                ALTER TABLE queue.webhook SET (autovacuum_enabled = off);
                ALTER TABLE outbox.receipt SET (autovacuum_enabled = off);
                INSERT INTO queue.webhook (webhook_id, source)
                SELECT gen_random_uuid(), 'nxtele-receipt' FROM generate_series(1, 20000);
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, content_hash, rank)
                SELECT gen_random_uuid(), 'nxtele', 'query', 'default', now(), '', '', '', '', '', '', '', 0, 1
                FROM generate_series(1, 20000)
                """)
            let claim = try await bed.database.plan(
                of: ClaimWebhooks.sql, "bigint, text[], integer, bigint[]", "0, '{nxtele-receipt}', 500, '{}'",
                as: "postroom_webhook_worker")
            #expect(claim.contains("Index Scan using webhook_pkey") && !claim.contains("Sort"), "\(claim)")
            let page = try await bed.database.plan(
                of: ReadParkedReceipts.sql, "timestamptz, uuid, timestamptz, integer",
                "now() - interval '1 day', '00000000-0000-0000-0000-000000000000', now(), 500",
                as: "postroom_webhook_worker")
            #expect(page.contains("Index Scan using receipt_parked_idx") && !page.contains("Sort"), "\(page)")
        }
    }

    @Test func `finds attempts and what is known of their entries by indexes, with whatever statistics`() async throws {
        try await withBed { bed in
            let entry = EntryID(rawValue: 0x0190 << 112 | 1)
            let attempt = AttemptID(rawValue: 0x0191 << 112 | 1)
            try await bed.addEntries([(entry, attempt, nil)])
            for counted in [
                "ALTER TABLE outbox.receipt SET (autovacuum_enabled = off)",  // nothing
                """
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                    reported_time, submitted_time, ext, content_hash, rank, attempt_id, entry_id, matched_at)
                SELECT gen_random_uuid(), 'nxtele', 'query', 'default', now(), '', '', '', '', '', '', '', 0, 1,
                       '\(attempt)', '\(entry)', now()
                FROM generate_series(1, 20000);
                ANALYZE outbox.receipt
                """,  // that all are of one entry
            ] {
                try await bed.database.sql(counted)
                let plan = try await bed.database.plan(
                    of: FindAttemptsByID.sql, "uuid[], text", "'{\(attempt)}', 'nxtele'",
                    as: "postroom_webhook_worker")
                #expect(plan.contains("Index Scan using receipt_entry_idx"), "\(counted): \(plan)")
                #expect(!plan.contains("Seq Scan on receipt"), "\(counted): \(plan)")
            }
        }
    }

    @Test func `reads raw webhooks, and how large they are, by the index of their day`() async throws {
        try await withBed { bed in
            let ids = "'{019ae123-4567-7890-abcd-ef0123456789,019ae123-4567-7890-abcd-ef012345678a}'"
            let bounds = "'019ae123-4567-7890-abcd-ef0123456789', '019ae123-4567-7890-abcd-ef012345678a'"
            for plan in [
                try await bed.database.plan(
                    of: ReadWebhooks.sql, "uuid[], uuid, uuid, bigint", "\(ids), \(bounds), 16777",
                    as: "postroom_webhook_worker"),
                try await bed.database.plan(
                    of: ReadWebhookSizes.sql, "uuid[], uuid, uuid", "\(ids), \(bounds)",
                    as: "postroom_webhook_worker"),
            ] {
                let looks = plan.split(separator: "\n").filter { $0.contains("Scan") && $0.contains(" on webhook") }
                #expect(looks.count == 1 && looks.allSatisfy { $0.contains("Index Scan") }, "\(plan)")
            }
        }
    }

    @Test func `settles by the rows' places, whatever was counted of the queue`() async throws {
        try await withBed { bed in
            let burst = """
                INSERT INTO queue.webhook (webhook_id, source)
                SELECT gen_random_uuid(), 'nxtele-receipt' FROM generate_series(1, 20000);
                """
            let places = (0..<500).map { "\"(\($0 / 50),\($0 % 50 + 1))\"" }.joined(separator: ",")
            for counted in [
                "ALTER TABLE queue.webhook SET (autovacuum_enabled = off);",  // nothing
                "DELETE FROM queue.webhook; ANALYZE queue.webhook;",  // when it was empty
                "ANALYZE queue.webhook;",  // a backlog
            ] {
                try await bed.database.sql(counted + burst)
                let plan = try await bed.database.plan(
                    of: SettleWebhooks.sql, "tid[], text[], date[], text[], bigint[], text[]",
                    """
                    '{\(places)}', '{nxtele-receipt}', '{2026-11-23}', '{processed}', '{500}', '{NULL}'
                    """, as: "postroom_webhook_worker")
                let looks = plan.split(separator: "\n").filter { $0.contains("Scan") && $0.contains(" on webhook ") }
                #expect(looks.count == 1 && looks.allSatisfy { $0.contains("Tid Scan") }, "\(counted): \(plan)")
                #expect(!plan.contains("Index Scan") && !plan.contains("Seq Scan"), "\(counted): \(plan)")
            }
        }
    }
}
