import TestSupport

/// The tables that grow with traffic, grown: as many rows in each as a reader of it whole would be noticed by.
enum GrownTables {
    /// Of which no view may read a part that grows, too.
    static let names = [
        "alert.delivery", "alert.notification", "billing.cdr", "billing.ledger_entry", "inbox.webhook",
        "outbox.attempt",
        "outbox.entry", "outbox.receipt", "outbox.suppression_counted", "outbox.suppression_event", "sms_log.entry",
        "sms_log.inbound", "sms_log.other_event",
    ]
    /// All others, with what keeps each small however many webhooks there were.
    static let bounded = [
        "alert.balance_threshold": "accounts", "alert.endpoint": "accounts", "alert.event": "what is still to be told",
        "alert.rule_event": "how often a rule of health changes", "alert.settings": "accounts",
        "billing.account": "accounts", "billing.cdr_day": "days", "billing.cost_day": "days, 750 rows each",
        "billing.cost_slice": "35 days", "billing.cost_slice_state": "35 days",
        "billing.cost_touch": "slices of 35 days that are to be computed", "billing.sms_price": "prices",
        "ops.api_key": "accounts", "ops.migration": "files", "ops.process": "an hour of heartbeats",
        "ops.provider": "providers", "ops.provider_clock": "a row in ten minutes", "ops.provider_event": "pauses",
        "ops.repeatable": "files", "ops.spool_report": "an hour of reports", "outbox.delivery_hour": "35 days",
        "outbox.delivery_time_day": "35 days, 29 rows each", "outbox.delivery_time_slice": "35 days",
        "outbox.suppression_tally": "accounts", "outbox.suppression_touch": "folded every 20 s",
        "outbox.tally": "folded every 20 s", "queue.lookup": "what waits", "queue.notification": "what waits",
        "queue.send": "what waits", "queue.send_slot": "a minute", "queue.tally": "folded every 20 s",
        "queue.webhook": "what waits", "queue.webhook_dead": "what nobody has looked at yet",
    ]
    /// Rows in each.
    static let rows = 30_000
    /// Rows of what is open: attempts that are looked for, receipts that match nothing. So many that a plan which walks over
    /// everything to find them is not the dearer one.
    static let openRows = 1_000

    /// What a view reads of tables, of these unless told otherwise, as `table, sequential scans, rows`; those that it does
    /// not read are left out.
    ///
    /// Counted by the server, whatever functions or other views it goes through: index entries and rows of the table.
    static func read(
        _ tables: [String] = names, by view: String, of database: TestDatabase
    ) async throws -> [(table: String, scans: Int, rows: Int)] {
        let lines = try await database.sql(
            """
            SET max_parallel_workers_per_gather = 0;
            SELECT count(v::text) FROM monitor.\(view) AS v;
            SELECT g.name, sum(pg_stat_get_xact_numscans(t.oid)),
                   sum(pg_stat_get_xact_tuples_returned(t.oid)
                       + (SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(i.indexrelid)), 0)
                          FROM pg_index AS i WHERE i.indrelid = t.oid))
            FROM unnest('{\(tables.joined(separator: ","))}'::text[]) AS g (name)
            JOIN pg_class AS t ON t.oid = g.name::regclass
                OR t.oid IN (SELECT p.inhrelid FROM pg_inherits AS p WHERE p.inhparent = g.name::regclass)
            GROUP BY g.name ORDER BY g.name
            """)
        return lines.dropFirst().compactMap { line in
            let words = line.split(separator: "|")
            guard words.count == 3, let scans = Int(words[1]), let rows = Int(words[2]), scans + rows > 0 else {
                return nil
            }
            return (String(words[0]), scans, rows)
        }
    }

    /// Fills them, and tells the planner.
    static func fill(_ database: TestDatabase) async throws { try await database.sql(load) }

    /// Messages of eight hours ago: so many without a receipt, and as many receipts that match nothing.
    static func loseReceipts(of database: TestDatabase, count: Int) async throws {
        try await database.sql(
            """
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost,
                 currency, encoding, provider, status, delivery_state, created_at)
            SELECT (left(ops.time_lowest_id(now() - interval '8 h')::text, 18) || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                   'default', 'u', '+4915112345678', 'm', 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', 'pending', 'accepted',
                   now() - interval '8 h'
            FROM generate_series(1, \(count)) AS n;
            INSERT INTO outbox.attempt
                (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, prepared_at,
                 dispatched_at, settled_at)
            SELECT e.id, e.id, 0, 1, 'nxtele', '+4915112345678', 'accepted', e.id::text, e.created_at, e.created_at, e.created_at
            FROM outbox.entry AS e WHERE e.delivery_state = 'accepted';
            INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at, tries)
            SELECT a.id, a.id, 'nxtele', 1, now() - interval '1 h', now() + interval '1 h', 1
            FROM outbox.attempt AS a WHERE a.settled_at < now() - interval '7 h';
            INSERT INTO outbox.receipt
                (id, provider, source, account, received_at, message_id, phone, status, result, reported_time, submitted_time,
                 ext, content_hash, rank)
            SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now() - interval '2 h', 'm', '49', '2', '', '', '', '', 1, 3
            FROM generate_series(1, \(count));
            ANALYZE;
            """)
    }

    private static let load = """
        INSERT INTO inbox.webhook
            (id, received_at, source, account, method, path, query, headers, body, remote_address)
        SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
               now(), 'onoff-sms', 'default', 'POST', '', '', '', '', ''
        FROM generate_series(1, \(rows)) AS n;
        INSERT INTO outbox.entry
            (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost,
             currency, encoding, provider, status, delivery_state, created_at)
        SELECT w.id, 'default', 'u', '+4915112345678', 'm', 's', 1, 1, 1, 'USD', 'gsm7', 'nxtele', 'sent', 'delivered', now()
        FROM inbox.webhook AS w;
        INSERT INTO outbox.attempt
            (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, prepared_at,
             dispatched_at, settled_at)
        SELECT w.id, w.id, 0, 1, 'nxtele', '+4915112345678', 'accepted', w.id::text, now(), now(), now() FROM inbox.webhook AS w;
        INSERT INTO outbox.receipt
            (id, provider, source, account, received_at, message_id, phone, status, result, reported_time, submitted_time, ext,
             content_hash, rank, attempt_id, entry_id, matched_at)
        SELECT w.id, 'nxtele', 'webhook', 'default', now(), w.id::text, '4915112345678', '2', '', '', '', '', 1, 3, w.id, w.id,
               now()
        FROM inbox.webhook AS w;
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
        SELECT 'default', row_number() OVER (ORDER BY w.id), 'charge', -1, -row_number() OVER (ORDER BY w.id), w.id, 0, 0
        FROM inbox.webhook AS w;
        INSERT INTO sms_log.entry
            (account, event_id, webhook_id, received_at, direction, user_name, user_email, user_number, user_number_raw,
             external_number, external_number_raw, occurred_at_raw, body, content_hash)
        SELECT 'default', w.id::text, w.id, now(), 'SENT', '', '', '', '', '', '', '', '', 1 FROM inbox.webhook AS w;
        INSERT INTO sms_log.other_event (account, event_id, event_name, webhook_id, received_at, payload, content_hash)
        SELECT 'default', w.id::text, 'e', w.id, now(), '', 1 FROM inbox.webhook AS w;
        INSERT INTO sms_log.inbound
            (id, provider, account, webhook_id, received_at, message_id, from_number, from_number_raw, to_number,
             to_number_raw, body, reported_time, content_hash)
        SELECT w.id, 'nxtele', 'default', w.id, now(), '', '', '', '', '', '', '', 1 FROM inbox.webhook AS w;
        INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at)
        SELECT w.id, 'default', 'sms.failed', 1, '{}', now(), now() FROM inbox.webhook AS w;
        INSERT INTO billing.cdr
            (provider, message_id, day, import_id, place, phone, sender_id, submitted_time, reported_time, report,
             report_status, size_text, price_text, billing_status, network)
        SELECT 'nxtele', w.id::text, now(), gen_random_uuid(), 1, '', '', '', '', '', '', '', '', '', '' FROM inbox.webhook AS w;
        INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
        SELECT 'default', '+49' || (1000000 + row_number() OVER (ORDER BY w.id)), 'nxtele', w.id::text, 'suppressed', now(), w.id,
               'stop'
        FROM inbox.webhook AS w;
        SELECT outbox.fold_suppressions(\(rows));
        INSERT INTO alert.delivery (notification_id, endpoint_id, number, outcome)
        SELECT w.id, w.id, 1, 'delivered' FROM inbox.webhook AS w;
        -- What is open: a few of each.
        INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at, tries)
        SELECT a.id, a.id, 'nxtele', n / \(rows / openRows) % 2, now() - interval '1 h', now() + interval '1 h', 1
        FROM (SELECT t.id, row_number() OVER (ORDER BY t.id) AS n FROM outbox.attempt AS t) AS a WHERE n % \(rows / openRows) = 0;
        UPDATE outbox.attempt AS a SET state = 'unclear' FROM queue.lookup AS q WHERE q.attempt_id = a.id AND q.priority = 0;
        INSERT INTO outbox.receipt
            (id, provider, source, account, received_at, message_id, phone, status, result, reported_time, submitted_time, ext,
             content_hash, rank)
        SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', now() - interval '2 h', 'm', '49', '2', '', '', '', '', 1, 3
        FROM generate_series(1, \(openRows));
        ANALYZE;
        """
}
