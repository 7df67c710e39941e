-- monitor.latency: how long a webhook takes from its receipt to its effect, from the tallies' histograms, and a message
-- from accepted to delivered, from those that billing.fold_slice makes of the evidence. Reads queue.tally, the last hour of
-- outbox.delivery_time_slice, and outbox.delivery_time_day.
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
    SELECT 'received_to_applied' AS stage, 'intake_day' AS period, c.source, c.intake_day,
           (2 ^ c.exponent)::bigint AS bound_ms, sum(c.count) AS count
    FROM counted AS c GROUP BY c.source, c.intake_day, c.exponent
    UNION ALL
    SELECT 'received_to_applied', 'last_minute', c.source, NULL, (2 ^ c.exponent)::bigint, sum(c.count)
    FROM counted AS c WHERE c.is_recent GROUP BY c.source, c.exponent
    UNION ALL
    SELECT 'accepted_to_delivered', 'intake_day', d.provider, d.day, d.bound_ms, d.messages
    FROM outbox.delivery_time_day AS d
    UNION ALL
    -- A slice is first counted 11 minutes after its start: of the last hour there are some six.
    SELECT 'accepted_to_delivered', 'last_hour', s.provider, NULL, s.bound_ms, sum(s.messages)
    FROM outbox.delivery_time_slice AS s WHERE s.slice > now() - interval '70 minutes' GROUP BY s.provider, s.bound_ms
), cumulated AS (
    SELECT b.stage, b.period, b.source, b.intake_day, b.bound_ms,
           sum(b.count) OVER (PARTITION BY b.stage, b.period, b.source, b.intake_day ORDER BY b.bound_ms) AS up_to,
           sum(b.count) OVER (PARTITION BY b.stage, b.period, b.source, b.intake_day) AS total
    FROM bucket AS b
), percentile AS (
    SELECT c.stage, c.period, c.source, c.intake_day, max(c.total)::bigint AS webhooks,
           min(c.bound_ms) FILTER (WHERE c.up_to >= 0.50 * c.total) AS p50_ms,
           min(c.bound_ms) FILTER (WHERE c.up_to >= 0.95 * c.total) AS p95_ms,
           min(c.bound_ms) FILTER (WHERE c.up_to >= 0.99 * c.total) AS p99_ms
    FROM cumulated AS c
    WHERE c.total > 0
    GROUP BY c.stage, c.period, c.source, c.intake_day
)
SELECT p.stage, p.period, p.source, p.intake_day, p.webhooks, p.p50_ms, p.p95_ms, p.p99_ms,
       p.p50_ms * interval '1 ms' AS p50, p.p95_ms * interval '1 ms' AS p95, p.p99_ms * interval '1 ms' AS p99
FROM percentile AS p;

COMMENT ON VIEW monitor.latency IS
    'Time from received_at to applied, of webhooks applied in the last minute and of each intake day; and from the '
    'acceptance of a message until the first receipt of its delivery reached us, of the last hour and of each day.';
COMMENT ON COLUMN monitor.latency.stage IS
    'received_to_applied, or accepted_to_delivered: from the provider''s acceptance (the hand-over, where only a receipt '
    'proves it) to received_at of the first receipt that says delivered, by our clocks, also where we had to ask for it.';
COMMENT ON COLUMN monitor.latency.period IS
    'last_minute = applied during it; last_hour = of entries that were to be sent during it (accepted, or scheduled), as far '
    'as they were delivered when they were last counted (11, 33 and 99 minutes after); intake_day = received, or to be sent, '
    'on that day.';
COMMENT ON COLUMN monitor.latency.source IS 'As in inbox.webhook; of accepted_to_delivered the provider.';
COMMENT ON COLUMN monitor.latency.intake_day IS
    'UTC day of the webhooks'' ids, or on which the entries were to be sent; NULL for the other periods.';
COMMENT ON COLUMN monitor.latency.webhooks IS 'Number of webhooks counted; of accepted_to_delivered that of attempts.';
COMMENT ON COLUMN monitor.latency.p50_ms IS
    'Half of them took no longer, in ms: a power of two; 2097152 (268435456 of accepted_to_delivered) = that or any longer.';
COMMENT ON COLUMN monitor.latency.p95_ms IS '95 % of them took no longer, in ms, likewise.';
COMMENT ON COLUMN monitor.latency.p99_ms IS '99 % of them took no longer, in ms, likewise.';
COMMENT ON COLUMN monitor.latency.p50 IS 'p50_ms as an interval.';
COMMENT ON COLUMN monitor.latency.p95 IS 'p95_ms as an interval.';
COMMENT ON COLUMN monitor.latency.p99 IS 'p99_ms as an interval.';

COMMIT;
