-- monitor.health: what must hold, one row each: the five promises first, then what an operator is called for.
-- It stands on the other views; so its text is in a function that is bound when it runs, and each file of this folder
-- can still be replaced by itself. It looks with the owner's eyes: replication is shown to few others.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
SET LOCAL check_function_bodies = off;   -- by name this file comes before views that it reads
DROP VIEW IF EXISTS monitor.health;
DROP FUNCTION IF EXISTS monitor.health_rows();

CREATE FUNCTION monitor.health_rows()
RETURNS TABLE (kind text, name text, value numeric, threshold numeric, ok boolean, detail text, what_to_do text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off   -- compiling it takes ten times as long as running it
AS $$
WITH queue AS MATERIALIZED (
    SELECT q.name, q.waiting, q.oldest_waiting_seconds, q.dead FROM monitor.queue AS q
), spools AS MATERIALIZED (
    SELECT s.state, s.webhooks, s.oldest_seconds, s.files_aside FROM monitor.spool AS s
), expected (executable, name) AS (
    VALUES ('postroom-ingress', 'ingresses'), ('postroom-webhook-worker', 'webhook_workers'),
           ('postroom-send-worker', 'send_workers'), ('postroom-alert-worker', 'alert_workers'),
           ('postroom-api', 'apis')
), seen AS (     -- monitor.workers shows an hour of them, thousands where they crash again and again
    SELECT DISTINCT ON (p.process_id) p.process_id, p.executable, p.host,
           extract(epoch FROM p.told_at - p.seen_at)::numeric(15, 3) AS ahead,
           -- Heartbeat.silence, as in monitor.workers.
           p.seen_at > now() - interval '30 seconds' AND NOT p.stopping AS alive
    FROM ops.process AS p
    WHERE p.seen_at > now() - interval '5 minutes' AND p.seen_at <= now() + interval '1 minute'
    ORDER BY p.process_id, p.seen_at DESC
), alive AS (
    SELECT e.name, e.executable, count(s.process_id) FILTER (WHERE s.alive) AS alive, count(s.process_id) AS known
    FROM expected AS e LEFT JOIN seen AS s ON s.executable = e.executable
    GROUP BY e.name, e.executable
), paused AS (
    SELECT p.name, last.kind, last.code, last.recorded_at
    FROM ops.provider AS p
    CROSS JOIN LATERAL (
        SELECT v.kind, v.code, v.recorded_at FROM ops.provider_event AS v
        WHERE v.provider = p.name ORDER BY v.seq DESC LIMIT 1
    ) AS last
    WHERE last.kind = 'paused'
), sender AS (   -- one for each who takes the log from this server
    SELECT lower(r.application_name) AS name, r.sync_state,
           -- What decodes the log, or copies the server, is nothing to go on with. What only keeps the log never tells how
           -- far it has replayed it.
           CASE WHEN r.application_name = 'pg_basebackup'
                  OR EXISTS (SELECT FROM pg_replication_slots AS s
                             WHERE s.active_pid = r.pid AND s.slot_type = 'logical') THEN 'other'
                WHEN r.replay_lsn IS NULL THEN 'receiver' ELSE 'standby' END AS kind
    FROM pg_stat_replication AS r
    WHERE r.state IN ('streaming', 'catchup')
), failover AS (
    SELECT n.names, n.needed, c.standbys, c.receivers, c.waited,
           -- How many of those that one would fail over to have every commit, at the least. FIRST n waits for the same ones
           -- each time, ANY n for those that are quickest, which may be the others.
           CASE WHEN c.quorum THEN least(n.needed - (c.waited - c.good), c.good) ELSE c.good END AS assured,
           -- Whether somebody else is named than receivers that are here.
           EXISTS (SELECT FROM regexp_matches(n.list, '"[^"]*"|[^",()[:space:]]+', 'g') AS m (name)
                   WHERE m.name[1] <> '*'
                     AND lower(btrim(m.name[1], '"')) NOT IN (
                         SELECT s.name FROM sender AS s WHERE s.kind = 'receiver')) AS away
    FROM (
        SELECT btrim(s.setting) AS names,
               regexp_replace(s.setting, '^[^,"(]*[(]', '') AS list,
               coalesce(substring(s.setting FROM '^[^,"(]*?([0-9]+)[[:space:]]*[(]'), '1')::numeric AS needed
        FROM current_setting('synchronous_standby_names') AS s (setting)
    ) AS n
    CROSS JOIN (
        SELECT count(*) FILTER (WHERE s.kind = 'standby') AS standbys,
               count(*) FILTER (WHERE s.kind = 'receiver') AS receivers,
               count(*) FILTER (WHERE s.sync_state IN ('sync', 'quorum')) AS waited,
               -- One fails over to a standby where there is one, else to a server that is restored from the log.
               count(*) FILTER (WHERE s.sync_state IN ('sync', 'quorum') AND s.kind = h.kind) AS good,
               coalesce(bool_or(s.sync_state = 'quorum'), false) AS quorum
        FROM sender AS s
        CROSS JOIN (
            SELECT CASE WHEN EXISTS (SELECT FROM sender AS s WHERE s.kind = 'standby') THEN 'standby' ELSE 'receiver' END
        ) AS h (kind)
    ) AS c
), rule (place, kind, name, value, threshold, fails_above, detail, what_to_do) AS (
    SELECT 1, 'promise', 'acknowledged_is_durable',
           (SELECT count(*) FROM pg_settings AS s
            WHERE s.name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND s.setting = 'off')::numeric
           + (SELECT count(*) FROM pg_db_role_setting AS s
              JOIN pg_roles AS r ON r.oid = s.setrole CROSS JOIN LATERAL unnest(s.setconfig) AS c (given)
              WHERE r.rolname LIKE 'postroom\_%'
                AND (s.setdatabase = 0 OR s.setdatabase = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()))
                AND c.given LIKE 'synchronous\_commit=%'
                -- Kept as it was written: all that Postgres takes for these two, and nothing else.
                AND lower(split_part(c.given, '=', 2)) NOT IN ('on', 'true', 'yes', '1', 'remote_apply')),
           0::numeric, true,
           'settings of Postgres, or of a role of ours, that let a commit be lost; of Postgres: '
               || coalesce((SELECT string_agg(s.name || ' = off', ', ' ORDER BY s.name) FROM pg_settings AS s
                            WHERE s.name IN ('fsync', 'full_page_writes', 'synchronous_commit')
                              AND s.setting = 'off'), 'none'),
           'Set fsync, full_page_writes and synchronous_commit to on.'
    UNION ALL
    SELECT 2, 'promise', 'failover_keeps_acknowledged',
           CASE WHEN f.known THEN (f.problem IS NOT NULL)::integer::numeric END,
           0, true,
           CASE WHEN pg_is_in_recovery() THEN 'a standby, which cannot tell: what the primary said last counts'
                WHEN NOT f.known THEN 'not known: who owns the schema is not of pg_read_all_stats'
                ELSE f.standbys || ' standbys and ' || f.receivers || ' receivers of the log stream; commits wait for '
                    || CASE WHEN f.names = '' THEN 'nobody' ELSE f.names || ', of which ' || f.waited || ' count now' END
                    || coalesce('; ' || f.problem, '')
                END,
           'Compare synchronous_standby_names with pg_stat_replication, by the runbook; while it is not green, promote no '
               || 'standby before you have read Failover there.'
    FROM (
        SELECT f.*, pg_has_role('pg_read_all_stats', 'USAGE') AND NOT pg_is_in_recovery() AS known,
               CASE WHEN f.names = '' AND f.standbys + f.receivers = 0 THEN NULL   -- nothing to fail over to
                    WHEN f.names = '' THEN 'a failover loses what was acknowledged last'
                    WHEN f.waited < f.needed THEN 'all commits hang until more are here'
                    WHEN f.assured < 1 THEN 'nobody to fail over to is sure to have what was acknowledged last'
                    WHEN f.standbys = 0 AND f.away
                    THEN 'a standby that is away has not what was acknowledged since, the log alone has' END AS problem
        FROM failover AS f
    ) AS f
    UNION ALL
    SELECT 3, 'promise', 'nothing_disappears',
           -- Counting these takes a third of a second a million; past this the count waits until they are fewer.
           CASE WHEN (SELECT q.waiting + q.dead FROM queue AS q WHERE q.name = 'webhook') <= 150000
                THEN (SELECT coalesce(sum(abs(c.difference) + abs(c.difference_dead)), 0)
                      FROM monitor.conservation AS c) END,
           0, true, 'webhooks missing or counted twice; empty while more than 150 000 wait or are dead',
           'SELECT * FROM monitor.conservation WHERE difference <> 0 OR difference_dead <> 0; see the runbook.'
    UNION ALL
    SELECT 4, 'promise', 'effects_once',
           count(*) FILTER (WHERE i.indexrelid IS NULL)::numeric, 0, true,
           'keys missing or invalid that make every effect happen once'
               || coalesce(': ' || string_agg(k.name, ', ' ORDER BY k.name) FILTER (WHERE i.indexrelid IS NULL), ''),
           'Restore the index from sql/; until then duplicates may have effects.'
    FROM (VALUES ('inbox.webhook_pkey'), ('queue.webhook_pkey'), ('outbox.receipt_pkey'), ('outbox.attempt_number_key'),
                 ('outbox.entry_idempotency_key'), ('billing.ledger_entry_step_key'), ('sms_log.entry_pkey'),
                 ('sms_log.other_event_pkey'), ('sms_log.inbound_pkey')) AS k (name)
    LEFT JOIN pg_index AS i
        ON i.indexrelid = to_regclass(k.name) AND i.indisunique AND i.indisvalid AND i.indisready
    UNION ALL
    SELECT 5, 'promise', 'unclear_are_settled',
           coalesce(max(extract(epoch FROM now() - u.deadline_at)), 0)::numeric(15, 3), 300, true,
           count(*) || ' attempts past their deadline, counted to 1 000; seconds of the oldest',
           'Start a send worker: it settles them by the account''s policy.'
    FROM monitor.unclear_attempts AS u WHERE u.deadline_at < now()
    UNION ALL
    SELECT 6, 'promise', 'stays_fast',
           CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE') THEN coalesce(max(h.seconds), 0) END, 3600, true,
           'seconds of the oldest transaction that holds back vacuum'
               || coalesce(': ' || (array_agg(h.name ORDER BY h.seconds DESC NULLS LAST))[1], ''),
           'SELECT * FROM monitor.horizon; end the transaction, prepared transaction or slot that nobody needs.'
    FROM monitor.horizon AS h
    UNION ALL
    SELECT 10, 'alert', 'webhooks_wait', coalesce(q.oldest_waiting_seconds, 0), 60, true,
           q.waiting || ' waiting; seconds of the first',
           'Start webhook workers of this version; look at their logs.'
    FROM queue AS q WHERE q.name = 'webhook'
    UNION ALL
    SELECT 11, 'alert', 'sends_wait',
           CASE WHEN EXISTS (SELECT FROM paused) THEN 0 ELSE coalesce(q.oldest_waiting_seconds, 0) END, 60, true,
           q.waiting || ' due, counted to 10 000; seconds of the first',
           'Start send workers, or raise POSTROOM_NXTELE_RATE if the provider allows more.'
    FROM queue AS q WHERE q.name = 'send'
    UNION ALL
    SELECT 12, 'alert', 'provider_paused', count(*)::numeric, 0, true,
           coalesce(string_agg(p.name || ' since ' || to_char(p.recorded_at AT TIME ZONE 'UTC',
               'YYYY-MM-DD HH24:MI:SS"Z"') || coalesce(', code ' || p.code, ''), '; '), 'none'),
           'See what the code means (credentials, balance, address not allowed), mend it; a probe resumes by itself.'
    FROM paused AS p
    UNION ALL
    SELECT 13, 'alert', 'dead_letters', count(*)::numeric, 0, true,
           'webhooks that could not be processed; counted to 10 000',
           'postroom dead list, then replay --dry-run, replay or discard.'
    FROM (SELECT FROM queue.webhook_dead LIMIT 10000) AS d
    UNION ALL
    -- Of these two there may be as many as messages while receipts do not come in, so the views have the oldest only: ten
    -- times the threshold.
    SELECT 14, 'alert', 'receipts_unmatched', count(*)::numeric, 100, true,
           'receipts older than an hour that belong to no attempt; counted to 1 000',
           'SELECT * FROM monitor.receipts_unmatched; does another system send by the same provider account?'
    FROM monitor.receipts_unmatched AS u WHERE u.received_at < now() - interval '1 hour'
    UNION ALL
    SELECT 15, 'alert', 'receipts_overdue', count(*)::numeric, 100, true,
           'accepted sends without a receipt six hours after acceptance, of the 1 000 oldest that are looked for',
           'Hand monitor.receipts_overdue to the provider''s support.'
    FROM monitor.receipts_overdue AS o WHERE o.accepted_at < now() - interval '6 hours'
    UNION ALL
    SELECT 16, 'alert', 'days_ahead',
           (SELECT count(*) FROM inbox.days() AS d WHERE d.lowest_id > ops.day_lowest_id(
               (now() AT TIME ZONE 'UTC')::date))::numeric, 1, false, 'partitions of inbox.webhook made for days to come',
           'Start a webhook worker: it makes them. Until then webhooks go to the DEFAULT partition; none is refused.'
    UNION ALL
    SELECT 17, 'alert', 'spools_drain',
           coalesce(sum(s.webhooks), 0) + count(*) FILTER (WHERE s.state = 'unknown'), 0, true,
           'webhooks acknowledged that wait on a disk, in spools whose oldest waits for five minutes or whose state is '
               || 'unknown; and one for each of these, ' || count(*) FILTER (WHERE s.state = 'unknown')
               || ', as what came after its last report is not known',
           'Bring the ingress back on that machine, or: postroom spool drain FOLDER, and where it is lost, forget FOLDER. '
               || 'See monitor.spool.'
    FROM spools AS s
    WHERE s.state = 'unknown' OR s.webhooks > 0 AND s.oldest_seconds > 300
    UNION ALL
    SELECT 18, 'alert', 'spool_files_aside', coalesce(sum(s.files_aside), 0), 0, true,
           'files of spools that were set aside: damaged, or refused by Postgres',
           'postroom spool list FOLDER on that machine.'
    FROM spools AS s
    UNION ALL
    -- Of these no age is known but in transactions.
    SELECT 19, 'alert', 'slots_keep_up', coalesce(max(h.transactions), 0), 10000000, true,
           'transactions since the oldest row version that a slot or a standby holds',
           'SELECT * FROM monitor.horizon; drop the slot that nobody reads, end the query on the standby.'
    FROM monitor.horizon AS h WHERE h.kind IN ('slot', 'standby')
    UNION ALL
    SELECT 40, 'alert', 'provider_clock',
           coalesce(max(extract(epoch FROM greatest(c.jump, -c.jump, c.off_by, -c.off_by))), 0)::numeric(15, 3), 120, true,
           'seconds that a provider''s clock jumped within a day, or is off its configured zone'
               || coalesce(': ' || string_agg(c.provider || ' is ' || c.ahead || ' ahead of UTC, usually ' || c.usual
                                              || ', in ' || c.time_zone, '; '), ''),
           'SELECT * FROM monitor.clock; where it stays, set POSTROOM_NXTELE_TIMEZONE: deliveredAt is read by it.'
    FROM monitor.clock AS c
    UNION ALL
    -- Of days that are over for two more: most receipts are there.
    SELECT 41, 'alert', 'cost_reconciliation', coalesce(max(d.share), 0), 1, true,
           'per cent of a day''s sends that the provider charged twice, or more for than we; the worst of the last week'
               || coalesce(': ' || (array_agg(d.day || ', ' || d.provider ORDER BY d.share DESC))[1], ''),
           'SELECT * FROM monitor.cost_reconciliation WHERE duplicate_charges + charged_more > 0; see the runbook.'
    FROM (
        SELECT c.day, c.provider,
               round(100.0 * sum(c.duplicate_charges + c.charged_more) / nullif(sum(c.sends), 0), 3) AS share
        FROM monitor.cost_reconciliation AS c
        WHERE c.day BETWEEN (now() AT TIME ZONE 'UTC')::date - 9 AND (now() AT TIME ZONE 'UTC')::date - 3
        GROUP BY c.day, c.provider
    ) AS d
    UNION ALL
    -- Endpoints that fail are their owners' matter and take their time; each try puts the next one off, though, so what is
    -- due for longer than the longest throttle (an hour) nobody tries. In the others nothing is due for long, but where
    -- nobody delivers. The longest due are looked at, by notification_due_at_idx, and not each endpoint: of those that hide
    -- others behind them, each is tried, or settled as its endpoint is disabled, or is here itself within 70 minutes.
    SELECT 42, 'alert', 'deliveries_wait', coalesce(max(extract(epoch FROM now() - d.due_at)), 0)::numeric(15, 3), 300, true,
           count(DISTINCT d.endpoint_id)
               || ' endpoints whose notifications wait though they are not failing, or are not tried again, among the 2 000 '
               || 'deliveries that are due longest; '
               || (SELECT n.waiting FROM queue AS n WHERE n.name = 'notification')
               || ' due in all, counted to 10 000; seconds of the first',
           'Set POSTROOM_ALERT_KEY for alert workers, which deliver nothing without it, or start more; see their logs.'
    FROM (
        SELECT q.endpoint_id, q.due_at FROM queue.notification AS q
        WHERE q.lease_owner IS NULL AND q.due_at <= now()
        ORDER BY q.due_at LIMIT 2000
    ) AS d
    JOIN alert.endpoint AS e ON e.id = d.endpoint_id
    WHERE (e.deleted_at IS NULL AND e.disabled_at IS NULL AND e.failing_since IS NULL)
       OR d.due_at < now() - interval '70 minutes'
    UNION ALL
    -- Each try that does not count makes a send due anew, so none of these is due for long: seven take one to two minutes.
    -- 26 and 27 are about one number, which is left alone for many minutes, hours in all.
    SELECT 43, 'alert', 'sends_put_off', count(*)::numeric, 0, true,
           'sends tried seven times and more that the provider has neither taken nor refused, counted to 1 000; last '
               || coalesce(string_agg(DISTINCT coalesce('code ' || t.provider_code, 'no code'), ', '), 'none'),
           'Is the provider reached, by this clock (1004), within its rate (28)? See the runbook and the send worker''s log.'
    FROM (
        SELECT q.entry_id, q.cycle, q.provider FROM queue.send AS q
        WHERE q.tries - q.counted >= 7 ORDER BY q.due_at LIMIT 1000
    ) AS s
    LEFT JOIN LATERAL (
        SELECT a.provider_code FROM outbox.attempt AS a
        WHERE a.entry_id = s.entry_id AND a.cycle = s.cycle AND a.state = 'not_sent'
        ORDER BY a.number DESC LIMIT 1
    ) AS t ON true
    WHERE coalesce(t.provider_code NOT IN ('26', '27'), true)
      AND s.provider NOT IN (SELECT p.name FROM paused AS p)
    UNION ALL
    -- A heartbeat that waited for a connection is ten seconds old at most. One that was on its way while Postgres or its
    -- machine stood still may be older: then the rule is red until the next one, five seconds later.
    SELECT 44, 'alert', 'clocks_agree', coalesce(max(abs(s.ahead)), 0), 60, true,
           'seconds that a process''s clock is off the database''s; more than a minute on '
               || count(DISTINCT s.host) FILTER (WHERE abs(s.ahead) > 60) || ' of ' || count(DISTINCT s.host) || ' machines'
               || coalesce(', ' || (array_agg(CASE WHEN abs(s.ahead) > 60 THEN s.host || ' ' || CASE WHEN s.ahead > 0 THEN 'ahead'
                                              ELSE 'behind' END END ORDER BY abs(s.ahead) DESC))[1], ''),
           'Set the clock of that machine, or of Postgres''s where all of them are off; see the runbook.'
    FROM seen AS s WHERE s.alive AND s.ahead IS NOT NULL
    UNION ALL
    SELECT 20 + row_number() OVER (ORDER BY a.executable)::integer, 'alert', a.name, a.alive::numeric, 1, false,
           a.executable || ' seen within 30 s' || CASE WHEN a.known > a.alive
               THEN '; ' || a.known - a.alive || ' more stopped, or fell silent, in the last five minutes' ELSE '' END,
           'Start one; look at its log and its /readyz.'
    FROM alive AS a
)
SELECT r.kind, r.name, r.value, r.threshold,
       CASE WHEN r.fails_above THEN r.value <= r.threshold ELSE r.value >= r.threshold END, r.detail, r.what_to_do
FROM rule AS r
ORDER BY r.place
$$;
COMMENT ON FUNCTION monitor.health_rows() IS 'What monitor.health shows, seen with the owner''s eyes.';
REVOKE ALL ON FUNCTION monitor.health_rows() FROM PUBLIC;

CREATE VIEW monitor.health AS
SELECT h.kind, h.name, h.ok, h.value, h.threshold, h.detail, h.what_to_do FROM monitor.health_rows() AS h;

COMMENT ON VIEW monitor.health IS 'One row per promise and alert rule: page on NOT ok.';
COMMENT ON COLUMN monitor.health.kind IS 'promise or alert.';
COMMENT ON COLUMN monitor.health.name IS 'Stable name of the rule.';
COMMENT ON COLUMN monitor.health.ok IS 'Whether it holds; NULL where it cannot be told now.';
COMMENT ON COLUMN monitor.health.value IS 'What was measured; NULL where it cannot be told now.';
COMMENT ON COLUMN monitor.health.threshold IS
    'Bound of the value: the least that is well for days_ahead and the numbers of processes, else the most.';
COMMENT ON COLUMN monitor.health.detail IS 'What the value counts, and what is behind it.';
COMMENT ON COLUMN monitor.health.what_to_do IS 'The first thing to do where it does not hold.';

COMMIT;
