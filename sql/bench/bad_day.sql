-- Makes a bad day of a database that grow.sql has filled: what an operator looks at when much is wrong at once. By hand, as
-- the superuser, before views_at_size.sql; a minute, 1 GB. Nothing of it is vacuumed: autovacuum comes when it does.
--   the provider takes nothing and reports nothing for hours: 200 000 sends are due, 200 000 accepted ones are overdue,
--   20 000 unclear; a second system sends by the account: 200 000 receipts match nothing; a format has changed: 100 000
--   dead letters; workers crash and are started again each second; 200 spools are of machines that are gone; 10 000
--   endpoints of alerts have 200 000 deliveries due, half of them failing for hours; nobody delivers.
\set ON_ERROR_STOP 1
SET session_replication_role = replica;
SET synchronous_commit = off;

CREATE FUNCTION pg_temp.id_ago(ago interval, n bigint, variant text) RETURNS uuid LANGUAGE sql VOLATILE AS
    $$ SELECT (left(ops.time_lowest_id(now() - ago)::text, 14) || '7' || variant || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
SELECT gen_random_uuid(), 'nxtele', 'account' || n % 200, n % 2, now() - n * interval '20 ms', now() + interval '1 day', 0
FROM generate_series(1, 200000) AS n;

-- Accepted in the hour that was eight hours ago; the first 20 000 were handed over in the last half hour and not answered.
CREATE TEMP TABLE lost AS
SELECT m.*, pg_temp.id_ago(m.ago, m.n, '0a2') AS entry_id, pg_temp.id_ago(m.ago, m.n, '0a3') AS attempt_id, now() - m.ago AS at
FROM (SELECT n, n <= 20000 AS unclear,
             CASE WHEN n <= 20000 THEN interval '30 minutes' - n * interval '80 ms'
                  ELSE interval '9 hours' - n * interval '16 ms' END AS ago
      FROM generate_series(1, 220000) AS n) AS m;
INSERT INTO outbox.entry
    (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit, total_cost, currency,
     encoding, provider, status, delivery_state, created_at, sent_at, last_attempt_at)
SELECT l.entry_id, 'account' || l.n % 200, 'user', '+628' || (2000000000 + l.n),
       'Your code is ' || l.n || '. Never tell it to anybody.', 'POSTROOM', 1, 0.05, 0.05, 'USD', 'gsm7', 'nxtele', 'pending',
       CASE WHEN l.unclear THEN 'unclear' ELSE 'accepted' END, l.at, l.at, l.at
FROM lost AS l;
INSERT INTO outbox.attempt
    (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, provider_code, prepared_at,
     dispatched_at, settled_at)
SELECT l.attempt_id, l.entry_id, 0, 1, 'nxtele', '+628' || (2000000000 + l.n),
       CASE WHEN l.unclear THEN 'unclear' ELSE 'accepted' END, md5((-l.n)::text), '0', l.at, l.at,
       CASE WHEN NOT l.unclear THEN l.at END
FROM lost AS l;
INSERT INTO queue.lookup (attempt_id, entry_id, provider, priority, due_at, deadline_at, tries)
SELECT l.attempt_id, l.entry_id, 'nxtele', CASE WHEN l.unclear THEN 0 ELSE 1 END, now() - interval '5 minutes',
       CASE WHEN l.unclear THEN now() - interval '10 minutes' ELSE now() + interval '2 days' END, 2
FROM lost AS l;
-- Those that grow.sql left have been asked about, too: what is older is overdue first.
UPDATE queue.lookup SET tries = 1 WHERE tries = 0;

INSERT INTO outbox.receipt
    (id, provider, source, account, received_at, message_id, phone, status, result, reported_time, submitted_time, ext,
     price, size, rate, currency, content_hash, rank)
SELECT gen_random_uuid(), 'nxtele', 'webhook', 'account0', now() - n * interval '50 ms', md5('other' || n), '49' || n, '2',
       'DELIVRD', '2026-11-20 10:00:00', '2026-11-20 09:59:59', 'other' || n, 0.045, 1, 6.4845, 'USD', 1, 3
FROM generate_series(1, 200000) AS n;

INSERT INTO queue.webhook_dead
    (webhook_id, source, account, reason, detail, parser_version, tries, received_at, method, path, query, headers, body,
     remote_address)
SELECT pg_temp.id_ago(n * interval '100 ms', n, '0a4'), 'nxtele-receipt', 'account' || n % 200,
       (ARRAY['no-message-id', 'no-phone', 'unreadable', 'too-old', 'too-deep'])[n % 5 + 1], 'messageid is missing', 1, 1,
       now() - n * interval '100 ms', 'POST', '/v1/nxtele/dr/-', '', 'content-type: application/x-www-form-urlencoded',
       convert_to('result=DELIVRD&size=1&phone=628' || n || '&rate=6.4845&price=0.045&id=' || md5(n::text)
                  || '&drtime=2026-11-20+10%3A00%3A00&currency=USD', 'UTF8'), '127.0.0.1'
FROM generate_series(1, 100000) AS n;
INSERT INTO queue.tally (source, intake_day, kind, count, folded)
SELECT 'nxtele-receipt', ops.webhook_day(d.webhook_id), k.kind, count(*), true
FROM queue.webhook_dead AS d CROSS JOIN (VALUES ('accepted'), ('dead')) AS k (kind)
WHERE d.detail = 'messageid is missing'
GROUP BY 1, 2, 3
ON CONFLICT (source, intake_day, kind) WHERE folded DO UPDATE SET count = queue.tally.count + excluded.count;

INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed)
SELECT ('00000000-0000-7000-9000-' || lpad(p::text, 12, '0'))::uuid, now() - p * interval '1 second' - n * interval '5 seconds',
       (ARRAY['postroom-ingress', 'postroom-webhook-worker', 'postroom-send-worker', 'postroom-alert-worker',
              'postroom-api'])[p % 5 + 1], '1', 'crashing' || p % 20, p, now() - p * interval '1 second', 0
FROM generate_series(1, 3600) AS p CROSS JOIN generate_series(0, 1) AS n;
INSERT INTO ops.spool_report
    (process_id, seen_at, host, folder, webhooks, bytes, oldest_at, files_aside, spooled, drained)
SELECT ('00000000-0000-7000-9000-' || lpad(p::text, 12, '0'))::uuid,
       now() - interval '10 minutes' - n * interval '5 seconds', 'gone' || p, '/var/lib/postroom/spool', 1000, 500000,
       now() - interval '1 hour', p % 2, 1000, 0
FROM generate_series(1, 200) AS p CROSS JOIN generate_series(0, 99) AS n
ORDER BY n DESC;   -- the last to come is the latest

INSERT INTO ops.provider_event (provider, kind, code, recorded_at)
SELECT 'nxtele', CASE WHEN n % 2 = 1 THEN 'paused' ELSE 'resumed' END, '3', now() - (1001 - n) * interval '1 minute'
FROM generate_series(1, 1001) AS n;

INSERT INTO alert.endpoint (id, account, url, failing_since)
SELECT ('00000000-0000-7000-a000-' || lpad(n::text, 12, '0'))::uuid, 'account' || n % 200, 'https://example.org/' || n,
       CASE WHEN n % 2 = 0 THEN now() - interval '3 hours' END
FROM generate_series(1, 10000) AS n;
INSERT INTO queue.notification (notification_id, endpoint_id, account, due_at, give_up_at)
SELECT gen_random_uuid(), ('00000000-0000-7000-a000-' || lpad((n % 10000 + 1)::text, 12, '0'))::uuid, 'account' || n % 200,
       now() - n * interval '20 ms', now() + interval '5 days'
FROM generate_series(1, 200000) AS n;

RESET session_replication_role;
ANALYZE;
