-- monitor.latency: how long a webhook takes from its receipt to its effect, from the tallies' histograms.
-- A percentile is the bound of the bucket it falls into, a power of two: true to a factor of two.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.latency;

CREATE VIEW monitor.latency AS
WITH counted AS MATERIALIZED (   -- once: unnesting some ten thousand rows is what takes time here
    SELECT t.source, t.intake_day, NOT t.folded AND t.recorded_at > now() - interval '1 minute' AS is_recent,
           b.place - 1 AS exponent, sum(b.count) AS count
    FROM queue.tally AS t CROSS JOIN LATERAL unnest(t.latency_buckets) WITH ORDINALITY AS b (count, place)
    WHERE t.latency_buckets IS NOT NULL
    GROUP BY 1, 2, 3, 4
), bucket AS (
    SELECT 'intake_day' AS period, c.source, c.intake_day, c.exponent, sum(c.count) AS count
    FROM counted AS c GROUP BY c.source, c.intake_day, c.exponent
    UNION ALL
    SELECT 'last_minute', c.source, NULL, c.exponent, sum(c.count)
    FROM counted AS c WHERE c.is_recent GROUP BY c.source, c.exponent
), cumulated AS (
    SELECT b.period, b.source, b.intake_day, b.exponent,
           sum(b.count) OVER (PARTITION BY b.period, b.source, b.intake_day ORDER BY b.exponent) AS up_to,
           sum(b.count) OVER (PARTITION BY b.period, b.source, b.intake_day) AS total
    FROM bucket AS b
)
SELECT 'received_to_applied' AS stage, c.period, c.source, c.intake_day, max(c.total)::bigint AS webhooks,
       (2 ^ min(c.exponent) FILTER (WHERE c.up_to >= 0.50 * c.total))::bigint AS p50_ms,
       (2 ^ min(c.exponent) FILTER (WHERE c.up_to >= 0.95 * c.total))::bigint AS p95_ms,
       (2 ^ min(c.exponent) FILTER (WHERE c.up_to >= 0.99 * c.total))::bigint AS p99_ms
FROM cumulated AS c
WHERE c.total > 0
GROUP BY c.period, c.source, c.intake_day;

COMMENT ON VIEW monitor.latency IS
    'Time from received_at to applied, of webhooks applied in the last minute and of each intake day.';
COMMENT ON COLUMN monitor.latency.stage IS 'received_to_applied.';
COMMENT ON COLUMN monitor.latency.period IS 'last_minute = applied during it; intake_day = received on that day.';
COMMENT ON COLUMN monitor.latency.source IS 'As in inbox.webhook.';
COMMENT ON COLUMN monitor.latency.intake_day IS 'UTC day of the webhooks'' ids; NULL for last_minute.';
COMMENT ON COLUMN monitor.latency.webhooks IS 'Number of webhooks counted.';
COMMENT ON COLUMN monitor.latency.p50_ms IS
    'Half of them took no longer, in ms: a power of two; 2097152 = that or any longer.';
COMMENT ON COLUMN monitor.latency.p95_ms IS '95 % of them took no longer, in ms, likewise.';
COMMENT ON COLUMN monitor.latency.p99_ms IS '99 % of them took no longer, in ms, likewise.';

COMMIT;
