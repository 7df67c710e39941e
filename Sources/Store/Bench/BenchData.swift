import PostgresClient

/// Makes entries, each with one accepted attempt, for a measurement. Ids ascend as those of a campaign do.
package struct GenerateEntries: Statement {
    package static let sql = """
        WITH numbers AS (
            SELECT n, lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 3600000 + n / 100), 12, '0') AS ms,
                   lpad(to_hex(n), 12, '0') AS tail
            FROM generate_series(1, $1) AS n
        ), entries AS (
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                 total_cost, currency, encoding, provider, status, delivery_state, created_at, sent_at,
                 last_attempt_at)
            SELECT (ms || '70008000' || tail)::uuid, 'account' || n % 100, 'bench', '+628' || (1000000000 + n),
                   'Your code is ' || n || '. Never tell it to anybody.', 'POSTROOM', 1, 0.05, 0.05, 'USD', 'gsm7',
                   'nxtele', 'pending', 'accepted', now(), now(), now()
            FROM numbers
        )
        INSERT INTO outbox.attempt
            (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, provider_code,
             prepared_at, dispatched_at, settled_at)
        SELECT (ms || '70018000' || tail)::uuid, (ms || '70008000' || tail)::uuid, 0, 1, 'nxtele',
               '+628' || (1000000000 + n), 'accepted', md5(n::text), '0', now(), now(), now()
        FROM numbers
        """
    let count: Int32

    /// Makes `count` entries.
    package init(_ count: Int32) { self.count = count }

    package func bind(_ parameters: inout Parameters) { parameters.append(count) }
}

/// Queues one receipt for each attempt, as the ingress would have stored it: reported at 1 000 a second, in the order
/// of sending except for a shuffle within 20 000, which is some 20 seconds of a campaign.
package struct GenerateReceipts: Statement {
    package static let sql = """
        WITH shuffled AS (
            SELECT row_number() OVER (ORDER BY sent.n + random() * 20000) AS n, sent.id, sent.phone,
                   sent.provider_message_id
            FROM (
                SELECT row_number() OVER (ORDER BY a.id) AS n, a.id, substr(a.recipient_phone_number, 2) AS phone,
                       a.provider_message_id
                FROM outbox.attempt AS a
            ) AS sent
        ), new AS (
            INSERT INTO inbox.webhook
                (id, received_at, source, account, method, path, query, content_type, headers, body, remote_address)
            SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '70008000'
                    || lpad(to_hex(n), 12, '0'))::uuid,
                   now(), 'nxtele-receipt', 'default', 'POST', '/v1/nxtele/dr/{token}', '',
                   'application/x-www-form-urlencoded', 'content-type: application/x-www-form-urlencoded\r\n',
                   convert_to(
                       'result=DELIVRD&size=1&phone=' || phone || '&rate=6.4845&price=0.045&messageid='
                       || provider_message_id || '&drtime='
                       || to_char(timestamp '2026-11-20 10:00:00' + n / 1000 * interval '1 second',
                                  'YYYY-MM-DD+HH24%3AMI%3ASS')
                       || '&currency=USD&sendtime=2026-11-20+09%3A59%3A59&status=2&ext=' || id, 'UTF8'),
                   '127.0.0.1'
            FROM shuffled
            ORDER BY n
            RETURNING id, source
        ), queued AS (
            INSERT INTO queue.webhook (webhook_id, source)
            SELECT id, source FROM new ORDER BY id
        )
        INSERT INTO queue.tally (source, intake_day, kind, count)
        SELECT source, ops.webhook_day(id), 'accepted', count(*) FROM new GROUP BY 1, 2
        """

    /// Queues them.
    package init() {}
}

/// How fast webhooks were settled: rows and the time between the first and the last settling transaction.
package struct SettledSpeed: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT coalesce(sum(t.count), 0)::bigint,
               coalesce(extract(epoch FROM max(t.recorded_at) - min(t.recorded_at)) * 1000, 0)::bigint
        FROM queue.tally AS t
        WHERE t.kind = 'processed'
        """

    /// Asks.
    package init() {}

    /// Webhooks and milliseconds.
    package func decode(_ rows: Rows) throws(PostgresError) -> (count: Int64, milliseconds: Int64) {
        try rows.single { row throws(PostgresError) in (try row.int64(), try row.int64()) }
    }
}

/// What has come in and what has been settled so far, from the tallies.
package struct InAndOut: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT coalesce(sum(t.count) FILTER (WHERE t.kind = 'accepted'), 0)::bigint,
               coalesce(sum(t.count) FILTER (WHERE t.kind IN ('processed', 'dead')), 0)::bigint
        FROM queue.tally AS t
        """

    /// Asks.
    package init() {}

    /// Accepted and settled.
    package func decode(_ rows: Rows) throws(PostgresError) -> (accepted: Int64, settled: Int64) {
        try rows.single { row throws(PostgresError) in (try row.int64(), try row.int64()) }
    }
}

/// How many entries are delivered.
package struct CountDelivered: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT count(*) FROM outbox.entry AS e WHERE e.delivery_state = 'delivered'"

    /// Counts.
    package init() {}

    package func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}
