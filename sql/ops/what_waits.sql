-- What waits, since when, and why nobody takes it: a source that no running version knows stays here for ever.
-- Reads the whole of queue.webhook: about 0.5 s a million. monitor.queue has the sum at once.
SELECT q.source,
       count(*) AS waiting,
       count(*) FILTER (WHERE q.deaths > 0) AS suspects,
       max(q.deaths) AS deaths_max,
       min(ops.webhook_day(q.webhook_id)) AS oldest_day,
       min(q.seq) AS first_seq,
       (SELECT count(*) FROM monitor.workers AS w WHERE w.executable = 'postroom-webhook-worker' AND w.alive)
           AS workers_alive
FROM queue.webhook AS q
GROUP BY q.source
ORDER BY waiting DESC;
