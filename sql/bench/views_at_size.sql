-- Times every view of monitor with all its columns, as postroom_monitor, who must be let in: the first look of a new
-- connection, and the median of five more. Run after grow.sql, and once more after bad_day.sql, by hand, as the same
-- superuser. It prints what a clock on the wall says; the table of sql/README.md ("Views at size") is of processor time.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;

-- What is of the last minutes, anew, however long ago the rest was made: counts of 250 flushes and 250 batches a second
-- that are not folded yet, 20 000 changes of entries, an hour of heartbeats of 50 processes and of reports of 10 spools.
DELETE FROM queue.tally WHERE NOT folded;
DELETE FROM outbox.tally WHERE NOT folded;
DELETE FROM ops.process WHERE host LIKE 'host%';
DELETE FROM ops.spool_report WHERE host LIKE 'host%';
TRUNCATE outbox.suppression_touch;
INSERT INTO queue.tally (source, intake_day, kind, count, latency_buckets, recorded_at)
SELECT 'nxtele-receipt', (now() AT TIME ZONE 'UTC')::date, k.kind, 40,
       CASE WHEN k.kind = 'processed' THEN array_fill(0::bigint, ARRAY[6]) || array_fill(10::bigint, ARRAY[4]) END,
       now() - n * interval '4 ms'
FROM generate_series(1, 18750) AS n CROSS JOIN (VALUES ('accepted'), ('processed')) AS k (kind);
INSERT INTO outbox.tally (provider, status, delivery_state, count)
SELECT 'nxtele', 'pending', CASE n % 2 WHEN 0 THEN 'queued' ELSE 'accepted' END, 1 FROM generate_series(1, 20000) AS n;
INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed)
SELECT ('00000000-0000-7000-8000-' || lpad(p::text, 12, '0'))::uuid, now() - n * interval '5 seconds',
       (ARRAY['postroom-ingress', 'postroom-webhook-worker', 'postroom-send-worker', 'postroom-alert-worker',
              'postroom-api'])[p % 5 + 1], '1', 'host' || p, p, now() - interval '1 day', 0
FROM generate_series(1, 50) AS p CROSS JOIN generate_series(0, 719) AS n;
INSERT INTO ops.spool_report
    (process_id, seen_at, host, folder, webhooks, bytes, oldest_at, files_aside, spooled, drained)
SELECT ('00000000-0000-7000-8000-' || lpad((p * 5)::text, 12, '0'))::uuid, now() - n * interval '5 seconds',
       'host' || p * 5, '/var/lib/postroom/spool', 0, 0, NULL, 0, 0, 0
FROM generate_series(1, 10) AS p CROSS JOIN generate_series(0, 719) AS n
ORDER BY n DESC;   -- the last to come is the latest
-- Opted out since the last fold.
INSERT INTO outbox.suppression_touch (account, number)
SELECT e.account, e.number FROM outbox.suppression_event AS e
WHERE e.event_key IN (SELECT n::text FROM generate_series(1, 1000) AS n) AND e.source = 'nxtele';
ANALYZE queue.tally, outbox.tally, ops.process, ops.spool_report, outbox.suppression_touch;

-- Logged in, not SET ROLE: a role's own settings (jit = off) come with the login.
\connect - postroom_monitor
SET client_min_messages = notice;
\set VERBOSITY terse
-- A statement each: the role's own time-out is for one.
SELECT format($do$
DO $$
DECLARE
    began   timestamptz;
    counted bigint;
    took    numeric;
    first   numeric;
    ms      numeric[];
BEGIN
    FOR turn IN 0..5 LOOP
        began := clock_timestamp();
        SELECT count(v::text) INTO counted FROM monitor.%1$I AS v;
        took := extract(epoch FROM clock_timestamp() - began) * 1000;
        IF turn = 0 THEN first := took; ELSE ms := ms || took; END IF;
    END LOOP;
    RAISE NOTICE '%% %% rows %% ms at first, then %%', rpad(%1$L, 20), lpad(counted::text, 6), round(first, 1),
        (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY m)::numeric, 1) FROM unnest(ms) AS m);
END
$$ $do$, v.viewname)
FROM pg_catalog.pg_views AS v WHERE v.schemaname = 'monitor' ORDER BY v.viewname \gexec
