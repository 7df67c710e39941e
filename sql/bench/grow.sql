-- Fills an EMPTY database with 10 million webhooks and what came of them, for views_at_size.sql: some minutes, 7 GB.
-- Never applied by anything; run by hand, as the owner and superuser, on a database made for it.
-- Rows are as wide as real ones, most of them of 35 days; triggers are off, so what they count is entered here.
\set ON_ERROR_STOP 1
\set webhooks 10000000
\set entries 1000000
\set days 35

DO $$
BEGIN
    IF EXISTS (SELECT FROM inbox.webhook) OR EXISTS (SELECT FROM outbox.entry) OR EXISTS (SELECT FROM queue.tally) THEN
        RAISE EXCEPTION 'this database is in use; grow.sql fills an empty one';
    END IF;
END
$$;
SET session_replication_role = replica;
SET synchronous_commit = off;

-- A partition for each day that is past.
SELECT format('CREATE TABLE inbox.webhook_%s PARTITION OF inbox.webhook FOR VALUES FROM (%L) TO (%L)',
              to_char(d.day, 'YYYYMMDD'), ops.day_lowest_id(d.day), ops.day_lowest_id(d.day + 1))
FROM (SELECT (now() AT TIME ZONE 'UTC')::date - n AS day FROM generate_series(1, :days - 1) AS n) AS d \gexec
SELECT count(*) AS days_made FROM inbox.make_days(7);

-- An id of the moment that many ms after the oldest, as UUIDv7.
CREATE FUNCTION pg_temp.id_at(ms bigint, n bigint, variant text) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT (lpad(to_hex(ms), 12, '0') || '7' || variant || '8000' || lpad(to_hex(n), 12, '0'))::uuid $$;
SELECT (extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC')) * 1000)::bigint
       - (:days - 1) * 86400000::bigint AS oldest_ms,
       (extract(epoch FROM now() AT TIME ZONE 'UTC') * 1000)::bigint AS now_ms \gset

INSERT INTO inbox.webhook
    (id, received_at, source, account, method, path, query, content_type, headers, body, remote_address)
SELECT pg_temp.id_at(m.ms, m.n, '001'), to_timestamp(m.ms / 1000.0),
       CASE WHEN m.n % 10 = 0 THEN 'onoff-sms' ELSE 'nxtele-receipt' END, 'account' || m.n % 200, 'POST',
       '/v1/nxtele/dr/{token}', '', 'application/x-www-form-urlencoded',
       'content-type: application/x-www-form-urlencoded',
       convert_to('result=DELIVRD&size=1&phone=628' || m.n || '&rate=6.4845&price=0.045&messageid=' || md5(m.n::text)
                  || '&drtime=2026-11-20+10%3A00%3A00&currency=USD&sendtime=2026-11-20+09%3A59%3A59&status=2&ext='
                  || m.n, 'UTF8'), '127.0.0.1'
FROM (SELECT n, :oldest_ms + ((:now_ms - :oldest_ms) * n / :webhooks::numeric)::bigint AS ms
      FROM generate_series(1, :webhooks::bigint) AS n) AS m;

INSERT INTO billing.account (name, kind, currency)
SELECT 'account' || n, 'postpaid', 'USD' FROM generate_series(0, 199) AS n;

CREATE TEMP TABLE sent AS
SELECT n, :oldest_ms + ((:now_ms - :oldest_ms) * n / :entries::numeric)::bigint AS ms FROM generate_series(1, :entries::bigint) AS n;

INSERT INTO outbox.entry
    (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost, currency,
     encoding, provider, status, delivery_state, created_at, sent_at, last_attempt_at, delivered_at)
SELECT pg_temp.id_at(s.ms, s.n, '002'), 'account' || s.n % 200, 'user', '+628' || (1000000000 + s.n),
       'Your code is ' || s.n || '. Never tell it to anybody.', 'POSTROOM', 1, 0.05, 0.05, 'USD', 'gsm7', 'nxtele',
       CASE WHEN s.n % 50 = 0 THEN 'failed' ELSE 'sent' END,
       CASE WHEN s.n % 50 = 0 THEN 'undelivered' ELSE 'delivered' END,
       to_timestamp(s.ms / 1000.0), to_timestamp(s.ms / 1000.0), to_timestamp(s.ms / 1000.0),
       to_timestamp(s.ms / 1000.0 + 3)
FROM sent AS s;
INSERT INTO outbox.attempt
    (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, provider_code,
     prepared_at, dispatched_at, settled_at)
SELECT pg_temp.id_at(s.ms, s.n, '003'), pg_temp.id_at(s.ms, s.n, '002'), 0, 1, 'nxtele', '+628' || (1000000000 + s.n),
       'accepted', md5(s.n::text), '0', to_timestamp(s.ms / 1000.0), to_timestamp(s.ms / 1000.0),
       to_timestamp(s.ms / 1000.0 + 0.1)
FROM sent AS s;
INSERT INTO outbox.receipt
    (id, provider, source, account, webhook_id, received_at, message_id, phone, status, result, reported_time,
     submitted_time, ext, price, size, rate, currency, content_hash, rank, attempt_id, entry_id, matched_at)
SELECT gen_random_uuid(), 'nxtele', 'webhook', 'account' || s.n % 200, pg_temp.id_at(s.ms, s.n * 10, '001'),
       to_timestamp(s.ms / 1000.0 + 3), md5(s.n::text), '628' || (1000000000 + s.n), '2', 'DELIVRD',
       '2026-11-20 10:00:00', '2026-11-20 09:59:59', pg_temp.id_at(s.ms, s.n, '003')::text, 0.045, 1, 6.4845, 'USD', 1, 3,
       pg_temp.id_at(s.ms, s.n, '003'), pg_temp.id_at(s.ms, s.n, '002'), to_timestamp(s.ms / 1000.0 + 3)
FROM sent AS s WHERE s.n <= 0.9 * :entries;
INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step, created_at)
SELECT 'account' || s.n % 200, s.n / 200 + 1, 'charge', -0.05, -0.05 * (s.n / 200 + 1), pg_temp.id_at(s.ms, s.n, '002'),
       0, 0, to_timestamp(s.ms / 1000.0)
FROM sent AS s;
INSERT INTO sms_log.entry
    (account, event_id, webhook_id, received_at, direction, user_name, user_email, user_number, user_number_raw,
     external_number, external_number_raw, occurred_at, occurred_at_raw, body, content_hash)
SELECT 'account' || s.n % 200, s.n::text, pg_temp.id_at(s.ms, s.n * 10, '001'), to_timestamp(s.ms / 1000.0), 'SENT',
       'Ann', 'ann@example.org', '+1234567890', '+1234567890', '+628' || s.n, '+628' || s.n, to_timestamp(s.ms / 1000.0),
       '2026-11-20 10:00:00', 'Hello, this is a sample SMS.', s.n
FROM sent AS s;

-- 100 million webhooks counted, folded: two sources, 35 days, with their histograms.
INSERT INTO queue.tally (source, intake_day, kind, count, latency_buckets, recorded_at, folded)
SELECT s.source, (now() AT TIME ZONE 'UTC')::date - d, k.kind,
       CASE k.kind WHEN 'duplicate' THEN 1428 WHEN 'conflict' THEN 14 ELSE 1428572 END,
       CASE WHEN k.kind = 'processed'
            THEN array_fill(0::bigint, ARRAY[4]) || array_fill(200000::bigint, ARRAY[7]) || array[28572]::bigint[] END,
       now() - d * interval '1 day', true
FROM (VALUES ('nxtele-receipt'), ('onoff-sms')) AS s (source)
CROSS JOIN generate_series(0, :days - 1) AS d
CROSS JOIN (VALUES ('accepted'), ('processed'), ('duplicate'), ('conflict')) AS k (kind);
INSERT INTO outbox.tally (provider, status, delivery_state, count, folded)
SELECT e.provider, e.status, e.delivery_state, count(*), true FROM outbox.entry AS e GROUP BY 1, 2, 3;

-- Reports, as full as they can be: 200 destinations an hour for 35 days, 750 rows a day for 400 days.
INSERT INTO outbox.delivery_hour
    (hour, provider, destination, entries, delivered, failed, open, receipts_expected, receipts_by_webhook,
     receipts_by_query)
SELECT date_trunc('hour', now()) - h * interval '1 hour', 'nxtele', (d + 20)::text, 600, 570, 20, 10, 600, 580, 5
FROM generate_series(0, :days * 24 - 1) AS h CROSS JOIN generate_series(1, 200) AS d;
INSERT INTO outbox.delivery_time_slice (slice, provider, bound_ms, messages)
SELECT date_bin('10 minutes', now(), '2000-01-01Z') - s * interval '10 minutes', 'nxtele', (2 ^ n)::bigint, 700
FROM generate_series(0, :days * 144 - 1) AS s CROSS JOIN generate_series(0, 28) AS n;
INSERT INTO outbox.delivery_time_day (day, provider, bound_ms, messages)
SELECT (s.slice AT TIME ZONE 'UTC')::date, s.provider, s.bound_ms, sum(s.messages)
FROM outbox.delivery_time_slice AS s GROUP BY 1, 2, 3;
INSERT INTO billing.cost_day
    (day, provider, destination, sender, currency, provider_currency, sends, units, provider_units, charged,
     provider_charged, provider_charged_cny, provider_charged_here, segments_differ, prices_differ, currencies_differ,
     charged_more, duplicate_charges, without_receipt, without_price, receipts_without_entry)
SELECT (now() AT TIME ZONE 'UTC')::date - d, 'nxtele', (n % 200 + 20)::text, CASE WHEN n < 500 THEN 'S' || n ELSE '' END,
       CASE n % 2 WHEN 0 THEN 'USD' ELSE 'EUR' END, CASE n / 2 % 3 WHEN 0 THEN 'USD' WHEN 1 THEN 'CNY' ELSE '' END,
       4000, 4400, 4400, 220.05, 198.45, 1286.85, 198.45, 3, 2, 0, 1, 0, 10, 1, 2
FROM generate_series(0, 399) AS d CROSS JOIN generate_series(0, 749) AS n
ON CONFLICT DO NOTHING;
INSERT INTO billing.cdr_day
    (provider, day, import_id, time_zone, records, changed, gone, charged, matched, not_with_us, not_in_list, sizes_differ,
     prices_differ, billed_twice)
SELECT 'nxtele', (now() AT TIME ZONE 'UTC')::date - d, gen_random_uuid(), 'Asia/Shanghai', 3000000, 0, 0, 135000, 2999900,
       100, 20, 3, 2, 1
FROM generate_series(0, 399) AS d;
INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
SELECT 'nxtele', now() - n * interval '10 minutes', interval '8 hours', interval '1 second', 100, 'Asia/Shanghai',
       interval '8 hours'
FROM generate_series(0, 400 * 144) AS n;

-- A million events of opting out and in again, of 900 000 pairs of account and number.
INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, word)
SELECT 'account' || n % 200, '+628' || (1000000000 + n % 900000), 'nxtele', n::text,
       CASE WHEN n <= 900000 THEN 'suppressed' ELSE 'lifted' END,
       now() - interval '35 days' + n * interval '3 seconds', gen_random_uuid(), 'stop'
FROM generate_series(1, 1000000) AS n;
INSERT INTO outbox.suppression_touch (account, number) SELECT e.account, e.number FROM outbox.suppression_event AS e;
SELECT outbox.fold_suppressions(2000000) AS suppressions_folded;

-- What waits: sends that are due, attempts that are looked for, receipts of nothing, dead letters, deliveries.
INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
SELECT gen_random_uuid(), 'nxtele', 'account' || n % 200, 1, now() - interval '1 second', now() + interval '1 day', 0
FROM generate_series(1, 20000) AS n;
INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at, tries)
SELECT a.id, a.entry_id, a.provider, CASE WHEN a.n <= 500 THEN 0 ELSE 1 END,
       CASE WHEN a.n <= 1000 THEN now() - interval '1 hour' ELSE now() + interval '1 hour' END, now() + interval '1 day',
       CASE WHEN a.n <= 1000 THEN 1 ELSE 0 END
FROM (SELECT t.*, row_number() OVER (ORDER BY t.id DESC) AS n FROM outbox.attempt AS t
      WHERE NOT EXISTS (SELECT FROM outbox.receipt AS r WHERE r.entry_id = t.entry_id)) AS a
WHERE a.n <= 20000;
UPDATE outbox.attempt AS a SET state = 'unclear', settled_at = NULL
FROM queue.lookup AS q WHERE q.attempt_id = a.id AND q.priority = 0;
INSERT INTO outbox.receipt
    (id, provider, source, account, received_at, message_id, phone, status, result, reported_time, submitted_time, ext,
     content_hash, rank)
SELECT gen_random_uuid(), 'nxtele', 'webhook', 'account0', now() - n * interval '1 minute', 'm' || n, '49' || n, '2', 'DELIVRD',
       '', '', '', 1, 3
FROM generate_series(1, 5000) AS n;
INSERT INTO queue.webhook_dead
    (webhook_id, source, account, reason, detail, parser_version, tries, received_at, method, path, query, headers, body,
     remote_address)
SELECT pg_temp.id_at(:now_ms, n, '004'), 'nxtele-receipt', 'account0', 'unreadable', 'no message id', 1, 1, now(), 'POST', '/', '',
       '', '', '127.0.0.1'
FROM generate_series(1, 1000) AS n;
INSERT INTO queue.tally (source, intake_day, kind, count, folded)
SELECT 'nxtele-receipt', (now() AT TIME ZONE 'UTC')::date, 'dead', 1000, true;
UPDATE queue.tally SET count = count + 1000
WHERE source = 'nxtele-receipt' AND intake_day = (now() AT TIME ZONE 'UTC')::date AND kind = 'accepted';
INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
SELECT gen_random_uuid(), gen_random_uuid(), now() - interval '1 second', now() + interval '5 days' FROM generate_series(1, 10000);
INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at)
SELECT gen_random_uuid(), 'account' || n % 200, 'sms.failed', 1, '{}', now(), now() FROM generate_series(1, 500000) AS n;

RESET session_replication_role;
VACUUM ANALYZE;
