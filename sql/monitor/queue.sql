-- monitor.queue: how much waits, how old it is, how fast it moves.
-- Of webhooks it reads the tallies and, where something waits, the queue's first row, which a held snapshot can put
-- behind dead ones. Sends, look-ups and notifications are counted in their tables by indexes, each number up to 10 000: a
-- paused provider or a campaign for tomorrow leaves millions there. How old the first is holds for all of them.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.queue;
DROP FUNCTION IF EXISTS monitor.queue_rows();

CREATE FUNCTION monitor.queue_rows()
RETURNS TABLE (name text, waiting bigint, scheduled bigint, leased bigint, dead bigint, oldest_waiting_seconds numeric,
               in_per_minute bigint, out_per_minute bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
-- Each look is by its index, whatever was known of the queue when it was empty; OFFSET 0 makes each provider's one of its own.
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_sort = off
BEGIN ATOMIC
WITH of_provider AS (
    SELECT p.name AS provider, k.priority FROM ops.provider AS p CROSS JOIN (VALUES (0), (1)) AS k (priority)
)
SELECT 'webhook', c.accepted - c.settled, 0::bigint, NULL::bigint, c.dead,
       CASE WHEN c.accepted > c.settled THEN (
           SELECT greatest(0, extract(epoch FROM now()) - (
                      ('x' || left(q.webhook_id::text, 8) || substr(q.webhook_id::text, 10, 4))::bit(48)::bigint
                  ) / 1000.0)
           FROM queue.webhook AS q ORDER BY q.seq LIMIT 1
       ) END::numeric(15, 3), c.accepted_last_minute, c.settled_last_minute
FROM (
    -- A dead letter that is discarded or replayed leaves one kind and enters another: the sum of the three stays.
    SELECT coalesce(sum(t.count) FILTER (WHERE t.kind = 'accepted'), 0)::bigint AS accepted,
           coalesce(sum(t.count) FILTER (WHERE t.kind IN ('processed', 'dead', 'discarded')), 0)::bigint AS settled,
           coalesce(sum(t.count) FILTER (WHERE t.kind = 'dead'), 0)::bigint AS dead,
           coalesce(sum(t.count) FILTER (WHERE t.kind = 'accepted' AND NOT t.folded
               AND t.recorded_at > now() - interval '1 minute'), 0)::bigint AS accepted_last_minute,
           coalesce(sum(t.count) FILTER (WHERE t.kind IN ('processed', 'dead', 'discarded') AND NOT t.folded
               AND t.recorded_at > now() - interval '1 minute'), 0)::bigint AS settled_last_minute
    FROM queue.tally AS t
) AS c
UNION ALL
-- Nothing tallies the other queues: the row of one that is tried again stays, so rows do not tell what came and went.
SELECT 'send', least(10000, c.due + c.leased), c.scheduled, c.leased, 0, extract(epoch FROM now() - c.oldest)::numeric(15, 3), NULL, NULL
FROM (
    -- By send_due_order_idx, whose condition each look repeats.
    SELECT (SELECT count(*) FROM (
                SELECT FROM queue.send AS q
                WHERE q.lease_owner IS NULL AND q.tries >= 0 AND q.due_at <= now() ORDER BY q.due_at LIMIT 10000) AS due) AS due,
           (SELECT count(*) FROM (
                SELECT FROM queue.send AS q
                WHERE q.lease_owner IS NULL AND q.tries >= 0 AND q.due_at > now() ORDER BY q.due_at LIMIT 10000) AS later)
               AS scheduled,
           (SELECT count(*) FROM (
                SELECT FROM queue.send AS q WHERE q.lease_owner IS NOT NULL LIMIT 10000) AS leased) AS leased,
           (SELECT min(least(first.due_at, now())) FROM (
                (SELECT q.due_at FROM queue.send AS q
                 WHERE q.lease_owner IS NULL AND q.tries >= 0 AND q.due_at <= now() ORDER BY q.due_at LIMIT 1)
                UNION ALL
                (SELECT q.due_at FROM queue.send AS q WHERE q.lease_owner IS NOT NULL LIMIT 10000)
            ) AS first) AS oldest
) AS c
UNION ALL
SELECT 'lookup', least(10000, c.due + c.leased), c.scheduled, c.leased, 0, extract(epoch FROM now() - c.oldest)::numeric(15, 3), NULL, NULL
FROM (
    SELECT (SELECT count(*) FROM (
                SELECT FROM of_provider AS p CROSS JOIN LATERAL (
                    SELECT FROM queue.lookup AS q
                    WHERE q.provider = p.provider AND q.priority = p.priority
                      AND q.lease_owner IS NULL AND q.due_at <= now() OFFSET 0
                ) AS one LIMIT 10000) AS due) AS due,
           (SELECT count(*) FROM (
                SELECT FROM of_provider AS p CROSS JOIN LATERAL (
                    SELECT FROM queue.lookup AS q
                    WHERE q.provider = p.provider AND q.priority = p.priority
                      AND q.lease_owner IS NULL AND q.due_at > now() OFFSET 0
                ) AS one LIMIT 10000) AS later) AS scheduled,
           (SELECT count(*) FROM (
                SELECT FROM queue.lookup AS q WHERE q.lease_owner IS NOT NULL LIMIT 10000) AS leased) AS leased,
           (SELECT min(least(first.due_at, now())) FROM (
                SELECT q.due_at FROM of_provider AS p CROSS JOIN LATERAL (
                    SELECT o.due_at FROM queue.lookup AS o
                    WHERE o.provider = p.provider AND o.priority = p.priority
                      AND o.lease_owner IS NULL AND o.due_at <= now()
                    ORDER BY o.due_at LIMIT 1
                ) AS q
                UNION ALL
                (SELECT q.due_at FROM queue.lookup AS q WHERE q.lease_owner IS NOT NULL LIMIT 10000)
            ) AS first) AS oldest
) AS c
UNION ALL
SELECT 'notification', least(10000, c.due + c.leased), c.scheduled, c.leased, 0,
       extract(epoch FROM now() - c.oldest)::numeric(15, 3), NULL, NULL
FROM (
    SELECT (SELECT count(*) FROM (
                SELECT FROM queue.notification AS q
                WHERE q.lease_owner IS NULL AND q.due_at <= now() ORDER BY q.due_at LIMIT 10000) AS due) AS due,
           (SELECT count(*) FROM (
                SELECT FROM queue.notification AS q
                WHERE q.lease_owner IS NULL AND q.due_at > now() ORDER BY q.due_at LIMIT 10000) AS later) AS scheduled,
           (SELECT count(*) FROM (
                SELECT FROM queue.notification AS q WHERE q.lease_owner IS NOT NULL LIMIT 10000) AS leased) AS leased,
           (SELECT min(least(first.due_at, now())) FROM (
                (SELECT q.due_at FROM queue.notification AS q
                 WHERE q.lease_owner IS NULL AND q.due_at <= now() ORDER BY q.due_at LIMIT 1)
                UNION ALL
                (SELECT q.due_at FROM queue.notification AS q WHERE q.lease_owner IS NOT NULL LIMIT 10000)
            ) AS first) AS oldest
) AS c;
END;
COMMENT ON FUNCTION monitor.queue_rows() IS 'What monitor.queue shows, seen with the owner''s eyes.';
REVOKE ALL ON FUNCTION monitor.queue_rows() FROM PUBLIC;

CREATE VIEW monitor.queue AS
SELECT q.name, q.waiting, q.scheduled, q.leased, q.dead, q.oldest_waiting_seconds, q.in_per_minute, q.out_per_minute
FROM monitor.queue_rows() AS q;

COMMENT ON VIEW monitor.queue IS 'One row per queue: how much waits, how old the first of it is, how fast it moves.';
COMMENT ON COLUMN monitor.queue.name IS 'Name of the queue''s table in schema queue.';
COMMENT ON COLUMN monitor.queue.waiting IS
    'Rows to be worked on, claimed ones included: of webhooks all, from the tallies, else those that are due, counted to '
    '10 000.';
COMMENT ON COLUMN monitor.queue.scheduled IS 'Rows that are not yet due, counted as those that wait; webhooks are always due.';
COMMENT ON COLUMN monitor.queue.leased IS 'Rows a worker has taken, counted to 10 000; NULL where a row lock is the claim.';
COMMENT ON COLUMN monitor.queue.dead IS 'Dead letters, from the tallies; the other queues have none.';
COMMENT ON COLUMN monitor.queue.oldest_waiting_seconds IS
    'Of webhooks the age of the first row by seq, from the time in its id; else how long the first row has been due. '
    'NULL where nothing waits.';
COMMENT ON COLUMN monitor.queue.in_per_minute IS
    'Rows that came in during the last minute; NULL where there is no tally of them.';
COMMENT ON COLUMN monitor.queue.out_per_minute IS 'Rows that were settled during the last minute; NULL likewise.';

COMMIT;
