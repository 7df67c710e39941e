-- monitor.queue: how much waits, how old it is, how fast it moves.
-- Of webhooks it reads the tallies and, where something waits, the queue's first row, which a held snapshot can put
-- behind dead ones. Sends, lookups and notifications are counted in their tables, which hold what is open and nothing else.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.queue;

CREATE VIEW monitor.queue AS
SELECT 'webhook' AS name,
       c.accepted - c.settled AS waiting,
       0::bigint AS scheduled,
       NULL::bigint AS leased,
       c.dead,
       CASE WHEN c.accepted > c.settled THEN (
           SELECT greatest(0, extract(epoch FROM now()) - (
                      ('x' || left(q.webhook_id::text, 8) || substr(q.webhook_id::text, 10, 4))::bit(48)::bigint
                  ) / 1000.0)
           FROM queue.webhook AS q ORDER BY q.seq LIMIT 1
       ) END::numeric(15, 3) AS oldest_waiting_seconds,
       c.accepted_last_minute AS in_per_minute,
       c.settled_last_minute AS out_per_minute
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
SELECT 'send', count(*) FILTER (WHERE s.is_due), count(*) FILTER (WHERE NOT s.is_due), count(s.lease_owner), 0::bigint,
       extract(epoch FROM now() - min(least(s.due_at, now())) FILTER (WHERE s.is_due))::numeric(15, 3),
       NULL::bigint, NULL::bigint
FROM (
    SELECT q.due_at, q.lease_owner, q.due_at <= now() OR q.lease_owner IS NOT NULL AS is_due FROM queue.send AS q
) AS s
UNION ALL
SELECT 'lookup', count(*) FILTER (WHERE s.is_due), count(*) FILTER (WHERE NOT s.is_due), count(s.lease_owner),
       0::bigint, extract(epoch FROM now() - min(least(s.due_at, now())) FILTER (WHERE s.is_due))::numeric(15, 3),
       NULL::bigint, NULL::bigint
FROM (
    SELECT q.due_at, q.lease_owner, q.due_at <= now() OR q.lease_owner IS NOT NULL AS is_due FROM queue.lookup AS q
) AS s
UNION ALL
SELECT 'notification', count(*) FILTER (WHERE s.is_due), count(*) FILTER (WHERE NOT s.is_due), count(s.lease_owner),
       0::bigint, extract(epoch FROM now() - min(least(s.due_at, now())) FILTER (WHERE s.is_due))::numeric(15, 3),
       NULL::bigint, NULL::bigint
FROM (
    SELECT q.due_at, q.lease_owner, q.due_at <= now() OR q.lease_owner IS NOT NULL AS is_due
    FROM queue.notification AS q
) AS s;

COMMENT ON VIEW monitor.queue IS 'One row per queue: how much waits, how old the first of it is, how fast it moves.';
COMMENT ON COLUMN monitor.queue.name IS 'Name of the queue''s table in schema queue.';
COMMENT ON COLUMN monitor.queue.waiting IS
    'Rows to be worked on, claimed ones included: of webhooks from the tallies, else those that are due.';
COMMENT ON COLUMN monitor.queue.scheduled IS 'Rows that are not yet due; webhooks are always due.';
COMMENT ON COLUMN monitor.queue.leased IS 'Rows a worker has taken; NULL where a row lock is the claim.';
COMMENT ON COLUMN monitor.queue.dead IS 'Dead letters, from the tallies; the other queues have none.';
COMMENT ON COLUMN monitor.queue.oldest_waiting_seconds IS
    'Of webhooks the age of the first row by seq, from the time in its id; else how long the first row has been due. '
    'NULL where nothing waits.';
COMMENT ON COLUMN monitor.queue.in_per_minute IS
    'Rows that came in during the last minute; NULL where there is no tally of them.';
COMMENT ON COLUMN monitor.queue.out_per_minute IS 'Rows that were settled during the last minute; NULL likewise.';

COMMIT;
