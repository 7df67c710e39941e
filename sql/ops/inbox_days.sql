-- The days of the inbox: what has a partition, how large it is, what of it waits. Missing days are filled by the
-- DEFAULT partition and made by the workers; SELECT * FROM inbox.make_days(7) does it now, and says why not.
SELECT coalesce(ops.webhook_day(d.lowest_id)::text, 'DEFAULT') AS day,
       i.inhrelid::regclass AS partition,
       pg_size_pretty(pg_total_relation_size(i.inhrelid)) AS size,
       s.n_live_tup AS webhooks,
       (SELECT count(*) FROM queue.webhook AS q
        WHERE q.webhook_id >= d.lowest_id AND q.webhook_id < d.past_id) AS waiting
FROM pg_inherits AS i
LEFT JOIN inbox.days() AS d ON d.partition = i.inhrelid
LEFT JOIN pg_stat_all_tables AS s ON s.relid = i.inhrelid
WHERE i.inhparent = 'inbox.webhook'::regclass
ORDER BY d.lowest_id NULLS FIRST;
