-- monitor.conservation: nothing disappears, counted independently.
-- Accepted, processed and discarded come from the tallies; waiting and dead are counted in their tables. Counting what
-- waits reads queue.webhook, which is small unless there is a backlog: about 0.3 s a million.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.conservation;

CREATE VIEW monitor.conservation AS
WITH day AS MATERIALIZED (    -- to find an id among these bounds takes a quarter of computing its day
    SELECT array_agg(d.day ORDER BY d.day) AS days, array_agg(ops.day_lowest_id(d.day) ORDER BY d.day) AS bounds
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date + n AS day FROM generate_series(-62, 1) AS n) AS d
), tallied AS (
    SELECT t.source, t.intake_day,
           sum(t.count) FILTER (WHERE t.kind = 'accepted')  AS accepted,
           sum(t.count) FILTER (WHERE t.kind = 'processed') AS processed,
           sum(t.count) FILTER (WHERE t.kind = 'dead')      AS dead,
           sum(t.count) FILTER (WHERE t.kind = 'discarded') AS discarded
    FROM queue.tally AS t
    GROUP BY t.source, t.intake_day
), open AS (
    SELECT o.source, coalesce(o.far_day, day.days[o.place]) AS intake_day,
           sum(o.count) FILTER (WHERE NOT o.is_dead) AS waiting, sum(o.count) FILTER (WHERE o.is_dead) AS dead
    FROM day
    CROSS JOIN LATERAL (
        SELECT i.source, i.is_dead, i.place,
               CASE WHEN i.place IN (0, 64) THEN ops.webhook_day(i.webhook_id) END AS far_day, count(*) AS count
        FROM (
            SELECT q.source, q.webhook_id, false AS is_dead, width_bucket(q.webhook_id, day.bounds) AS place
            FROM queue.webhook AS q
            UNION ALL       -- webhook_dead_reason_idx has both columns
            SELECT d.source, d.webhook_id, true, width_bucket(d.webhook_id, day.bounds) FROM queue.webhook_dead AS d
        ) AS i
        GROUP BY i.source, i.is_dead, i.place, far_day
    ) AS o
    GROUP BY o.source, coalesce(o.far_day, day.days[o.place])
), joined AS (      -- FULL: what is known to one side only is a difference to show, not to drop
    SELECT source, intake_day,
           coalesce(t.accepted, 0)::bigint  AS accepted,
           coalesce(o.waiting, 0)::bigint   AS waiting,
           coalesce(t.processed, 0)::bigint AS processed,
           coalesce(o.dead, 0)::bigint      AS dead,
           coalesce(t.discarded, 0)::bigint AS discarded,
           coalesce(t.dead, 0)::bigint      AS dead_tallied
    FROM tallied AS t
    FULL JOIN open AS o USING (source, intake_day)
)
SELECT j.source, j.intake_day, j.accepted, j.waiting, j.processed, j.dead, j.discarded,
       j.accepted - j.waiting - j.processed - j.dead - j.discarded AS difference,
       j.dead_tallied - j.dead AS difference_dead
FROM joined AS j;

COMMENT ON VIEW monitor.conservation IS
    'Promise 2, nothing disappears: accepted = waiting + processed + dead + discarded, at all times, per source and '
    'intake day. Any difference but 0 is a loss or a double count.';
COMMENT ON COLUMN monitor.conservation.source IS 'As in inbox.webhook.';
COMMENT ON COLUMN monitor.conservation.intake_day IS 'UTC day of the webhooks'' ids.';
COMMENT ON COLUMN monitor.conservation.accepted IS 'Webhooks that were stored and acknowledged; from the tallies.';
COMMENT ON COLUMN monitor.conservation.waiting IS 'Webhooks in queue.webhook, claimed ones included; counted there.';
COMMENT ON COLUMN monitor.conservation.processed IS
    'Webhooks whose effects were applied, duplicates included; from the tallies.';
COMMENT ON COLUMN monitor.conservation.dead IS 'Webhooks in queue.webhook_dead; counted there.';
COMMENT ON COLUMN monitor.conservation.discarded IS 'Dead letters that an operator discarded; from the tallies.';
COMMENT ON COLUMN monitor.conservation.difference IS 'accepted - waiting - processed - dead - discarded: 0.';
COMMENT ON COLUMN monitor.conservation.difference_dead IS 'Dead by the tallies minus dead as counted: 0.';

COMMIT;
