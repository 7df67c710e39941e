-- The days of the inbox: what has a partition, how large it is, what of it waits. Missing days are filled by the
-- DEFAULT partition and made by the workers; SELECT * FROM inbox.make_days(7) does it now, and says why not.
-- What waits is read once; what is of a day without a partition is in the DEFAULT.
WITH waiting AS MATERIALIZED (
    SELECT ops.webhook_day(q.webhook_id) AS day, count(*) AS webhooks FROM queue.webhook AS q GROUP BY 1
), part AS MATERIALIZED (
    SELECT i.inhrelid AS id, ops.webhook_day(d.lowest_id) AS day
    FROM pg_inherits AS i
    LEFT JOIN inbox.days() AS d ON d.partition = i.inhrelid
    WHERE i.inhparent = 'inbox.webhook'::regclass
), placed AS (
    SELECT p.day, sum(w.webhooks)::bigint AS webhooks
    FROM waiting AS w LEFT JOIN part AS p ON p.day = w.day
    GROUP BY p.day
)
SELECT coalesce(p.day::text, 'DEFAULT') AS day,
       p.id::regclass AS partition,
       pg_size_pretty(pg_total_relation_size(p.id)) AS size,
       s.n_live_tup AS webhooks,
       coalesce(w.webhooks, 0) AS waiting
FROM part AS p
LEFT JOIN placed AS w ON w.day IS NOT DISTINCT FROM p.day
LEFT JOIN pg_stat_all_tables AS s ON s.relid = p.id
ORDER BY p.day NULLS FIRST;
