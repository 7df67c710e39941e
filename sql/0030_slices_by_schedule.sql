-- Reports count a scheduled message when it is to be sent, and its cost once it was. A slice was the entries accepted within
-- ten minutes, whenever they were to be sent: of what was sent today, and had been accepted hours, days or weeks before, the
-- deliveries, costs and times were told hours late, under a day that was over, or not at all. And what waited to be sent was
-- charged without anything at the provider to set beside it.
--
-- From here on an entry is in the slice of its scheduled time, where that is later than its acceptance. Entries that were
-- accepted before this file was applied stay in the slices that counted them, so that none is counted twice or never; days
-- after the deploy there are none but those scheduled far ahead. Slices with entries that wait to be sent are computed anew,
-- without the charge. What evidence older executables bring while they still run is noted for the slice of acceptance only:
-- that of the scheduled time is computed by itself until it is two hours old.
-- Locks: SHARE on outbox.entry while the index is built, which reads all of it, some 1 s a million rows: accepted sends and
-- changes of state wait. Where that is too long, build it beforehand, CONCURRENTLY; one that failed is left invalid, and to
-- be dropped first.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (30, 'slices_by_schedule');

-- With the id, so that both bounds of a look are the index's. Entries that are not scheduled cost nothing by it, and no
-- change of an entry does.
CREATE INDEX IF NOT EXISTS entry_scheduled_idx ON outbox.entry (scheduled_at, id) WHERE scheduled_at IS NOT NULL;
COMMENT ON INDEX outbox.entry_scheduled_idx IS 'Scheduled entries by their time, for the reports.';

-- Both are put into the statements that call them (no SET, one SELECT). For entries accepted before this file was applied,
-- which are below the id, the former rule holds.
CREATE FUNCTION billing.scheduled_into(start timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE
AS $$
SELECT e.id FROM outbox.entry AS e
WHERE e.scheduled_at >= $1 AND e.scheduled_at < $1 + interval '10 minutes' AND e.id < ops.time_lowest_id($1)
  AND e.id >= (SELECT ops.time_lowest_id(m.applied_at) FROM ops.migration AS m WHERE m.number = 30)
$$;
COMMENT ON FUNCTION billing.scheduled_into(timestamptz) IS
    'Entries of a slice that were accepted before it began: those that are scheduled in it.';
CREATE FUNCTION billing.scheduled_beyond(start timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE
AS $$
SELECT e.id FROM outbox.entry AS e
WHERE e.id >= ops.time_lowest_id($1) AND e.id < ops.time_lowest_id($1 + interval '10 minutes')
  AND e.scheduled_at >= $1 + interval '10 minutes'
  AND e.id >= (SELECT ops.time_lowest_id(m.applied_at) FROM ops.migration AS m WHERE m.number = 30)
$$;
COMMENT ON FUNCTION billing.scheduled_beyond(timestamptz) IS
    'Entries that were accepted within the ten minutes of a slice and are in a later one, as they are scheduled in that.';

CREATE OR REPLACE FUNCTION billing.compute_slice(start timestamptz) RETURNS SETOF billing.cost_slice
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
-- Every look-up by its index, whatever the statistics say: a slice is small against the tables.
SET enable_seqscan = off
SET jit = off
AS $$
WITH scheduled_into AS MATERIALIZED (
    SELECT s.id FROM billing.scheduled_into($1) AS s (id)
), scheduled_beyond AS MATERIALIZED (
    SELECT s.id FROM billing.scheduled_beyond($1) AS s (id)
), attempt AS MATERIALIZED (
    -- By NOT IN, which is looked up in a table of hashes whatever the planner thinks how many there are.
    SELECT c.* FROM billing.attempt_cost AS c
    WHERE c.entry_id >= ops.time_lowest_id($1) AND c.entry_id < ops.time_lowest_id($1 + interval '10 minutes')
      AND c.entry_id NOT IN (SELECT s.id FROM scheduled_beyond AS s)
    UNION ALL
    SELECT c.* FROM scheduled_into AS s
    CROSS JOIN LATERAL (
        SELECT o.* FROM billing.attempt_cost AS o WHERE o.entry_id = s.id OFFSET 0   -- fence: for each by the index
    ) AS c
), entry AS MATERIALIZED (
    SELECT e.id, e.provider, billing.calling_code(substr(e.recipient_phone_number, 2)) AS destination,
           e.sender_id AS sender, e.currency, e.sms_units_used AS units, e.cost_per_unit, e.status, e.delivery_state,
           e.cycle, e.owed_cycles
    FROM (
        SELECT o.* FROM outbox.entry AS o
        WHERE o.id >= ops.time_lowest_id($1) AND o.id < ops.time_lowest_id($1 + interval '10 minutes')
          AND o.id NOT IN (SELECT s.id FROM scheduled_beyond AS s)
        UNION ALL
        SELECT l.* FROM scheduled_into AS s
        CROSS JOIN LATERAL (SELECT o.* FROM outbox.entry AS o WHERE o.id = s.id OFFSET 0) AS l
    ) AS e
), charged_cycle AS MATERIALIZED (
    -- What a user owes for a cycle stands beside what the provider charged for its first charged attempt.
    SELECT DISTINCT ON (a.entry_id, a.cycle) a.entry_id, a.cycle, a.provider, a.provider_currency
    FROM attempt AS a WHERE a.provider_charge > 0
    ORDER BY a.entry_id, a.cycle, a.number
), owed AS (
    SELECT e.id, e.provider, e.destination, e.sender, e.currency, e.units, e.cost_per_unit, n AS cycle
    FROM entry AS e CROSS JOIN LATERAL generate_series(0, e.cycle) AS n
    WHERE (e.owed_cycles >> n) & 1 = 1
      -- What waits to be sent, or nobody knows to have been, is owed, but there is nothing to set beside it yet.
      AND (e.status <> 'pending' OR (e.id, n) IN (SELECT a.entry_id, a.cycle FROM attempt AS a))
), line AS (
    SELECT e.provider, e.destination, e.sender, e.currency, '' AS provider_currency, 1 AS entries,
           (e.status = 'sent')::integer AS delivered,
           (e.status = 'failed' AND e.delivery_state <> 'cancelled')::integer AS failed,
           (e.status = 'pending')::integer AS open,
           0 AS sends, 0 AS units, 0 AS provider_units, 0::numeric AS charged, 0::numeric AS provider_charged,
           0::numeric AS provider_charged_cny, 0::numeric AS provider_charged_here, 0 AS segments_differ,
           0 AS prices_differ, 0 AS currencies_differ, 0 AS charged_more, 0 AS duplicate_charges, 0 AS without_receipt,
           0 AS without_price, 0 AS receipts_without_entry, 0 AS receipts_expected, 0 AS receipts_by_webhook,
           0 AS receipts_by_query
    FROM entry AS e
    UNION ALL
    SELECT coalesce(h.provider, o.provider), o.destination, o.sender, o.currency, coalesce(h.provider_currency, ''),
           0, 0, 0, 0, 0, o.units, 0, o.units * o.cost_per_unit, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM owed AS o LEFT JOIN charged_cycle AS h ON h.entry_id = o.id AND h.cycle = o.cycle
    UNION ALL
    SELECT a.provider, billing.calling_code(substr(a.recipient_phone_number, 2)), a.sender_id, a.currency,
           CASE WHEN a.provider_charge > 0 THEN a.provider_currency ELSE '' END, 0, 0, 0, 0, 1, 0,
           coalesce(a.provider_units, 0), 0, coalesce(a.provider_charge, 0), coalesce(a.provider_charge_cny, 0),
           coalesce(a.provider_charge_here, 0), a.segments_differ::integer, a.price_differs::integer,
           a.currency_differs::integer, a.charged_more::integer, a.is_duplicate::integer,
           a.is_without_receipt::integer, a.is_without_price::integer, 0, a.sends_receipts::integer,
           (a.sends_receipts AND a.has_deciding_receipt AND a.by_webhook)::integer,
           (a.sends_receipts AND a.has_deciding_receipt AND NOT a.by_webhook)::integer
    FROM attempt AS a
    UNION ALL
    SELECT r.provider, billing.calling_code(r.phone), '', '',
           CASE WHEN r.price * r.size > 0 THEN
                    CASE WHEN upper(btrim(r.currency)) ~ '^[A-Z]{3}$' THEN upper(btrim(r.currency)) ELSE 'XXX' END
                ELSE '' END,
           0, 0, 0, 0, 0, 0, coalesce(r.size, 0), 0, coalesce(r.price * r.size, 0),
           coalesce(r.price * r.size * CASE upper(btrim(r.currency)) WHEN 'CNY' THEN 1 WHEN 'USD' THEN r.rate END, 0),
           0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0
    FROM outbox.receipt AS r
    WHERE r.entry_id IS NULL AND r.received_at >= $1 AND r.received_at < $1 + interval '10 minutes'
), ranked AS (
    -- The bound of a slice's rows. By name where two are of one size, so that it is the same each time.
    SELECT n.provider, n.destination, n.sender,
           row_number() OVER (PARTITION BY n.provider ORDER BY n.entries DESC, n.destination, n.sender) AS place
    FROM (SELECT e.provider, e.destination, e.sender, count(*) AS entries
          FROM entry AS e GROUP BY e.provider, e.destination, e.sender) AS n
), named AS MATERIALIZED (
    SELECT r.destination, r.sender FROM ranked AS r WHERE r.place <= 200 GROUP BY r.destination, r.sender
)
SELECT $1, l.provider, l.destination, coalesce(n.sender, ''), l.currency, l.provider_currency, sum(l.entries),
       sum(l.delivered), sum(l.failed), sum(l.open), sum(l.sends), sum(l.units), sum(l.provider_units),
       trim_scale(sum(l.charged)), trim_scale(sum(l.provider_charged)), trim_scale(sum(l.provider_charged_cny)),
       trim_scale(sum(l.provider_charged_here)), sum(l.segments_differ), sum(l.prices_differ),
       sum(l.currencies_differ), sum(l.charged_more), sum(l.duplicate_charges), sum(l.without_receipt),
       sum(l.without_price), sum(l.receipts_without_entry), sum(l.receipts_expected), sum(l.receipts_by_webhook),
       sum(l.receipts_by_query)
FROM line AS l LEFT JOIN named AS n ON n.destination = l.destination AND n.sender = l.sender
GROUP BY l.provider, l.destination, coalesce(n.sender, ''), l.currency, l.provider_currency
$$;
COMMENT ON FUNCTION billing.compute_slice(timestamptz) IS
    'What a slice comes to by all the evidence there is now; writes nothing. Three look-ups by index an entry, and another '
    'for each that is accepted within it and for each that is scheduled in it.';

CREATE OR REPLACE FUNCTION outbox.sum_delivery_times(start timestamptz) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
DELETE FROM outbox.delivery_time_slice AS s WHERE s.slice = $1;
WITH bound AS MATERIALIZED (
    SELECT array_agg((2 ^ n)::bigint ORDER BY n) AS below FROM generate_series(0, 27) AS n
), scheduled_into AS MATERIALIZED (
    SELECT s.id FROM billing.scheduled_into($1) AS s (id)
), scheduled_beyond AS MATERIALIZED (
    SELECT s.id FROM billing.scheduled_beyond($1) AS s (id)
), attempt AS (
    SELECT t.entry_id, t.id, t.provider, t.state, t.settled_at, t.dispatched_at FROM outbox.attempt AS t
    WHERE t.entry_id >= ops.time_lowest_id($1) AND t.entry_id < ops.time_lowest_id($1 + interval '10 minutes')
      AND t.entry_id NOT IN (SELECT s.id FROM scheduled_beyond AS s)
    UNION ALL
    SELECT l.* FROM scheduled_into AS s
    CROSS JOIN LATERAL (
        SELECT t.entry_id, t.id, t.provider, t.state, t.settled_at, t.dispatched_at FROM outbox.attempt AS t
        WHERE t.entry_id = s.id OFFSET 0
    ) AS l
)
INSERT INTO outbox.delivery_time_slice (slice, provider, bound_ms, messages)
SELECT $1, a.provider,
       -- So many bounds are below it: the power of the first that is not.
       (2 ^ width_bucket(
           ceil(extract(epoch FROM d.at - CASE WHEN a.state = 'accepted' THEN coalesce(a.settled_at, a.dispatched_at)
                                               ELSE a.dispatched_at END) * 1000)::bigint - 1, b.below))::bigint,
       count(*)
FROM bound AS b, attempt AS a
CROSS JOIN LATERAL (
    SELECT min(r.received_at) AS at FROM outbox.receipt AS r
    WHERE r.entry_id = a.entry_id AND r.attempt_id = a.id AND r.rank = 3
) AS d
WHERE a.dispatched_at IS NOT NULL AND d.at IS NOT NULL
GROUP BY 2, 3;
DELETE FROM outbox.delivery_time_day AS d WHERE d.day = ($1 AT TIME ZONE 'UTC')::date;
INSERT INTO outbox.delivery_time_day (day, provider, bound_ms, messages)
SELECT ($1 AT TIME ZONE 'UTC')::date, s.provider, s.bound_ms, sum(s.messages)
FROM outbox.delivery_time_slice AS s
WHERE s.slice >= date_trunc('day', $1, 'UTC') AND s.slice < date_trunc('day', $1, 'UTC') + interval '24 hours'
GROUP BY s.provider, s.bound_ms
$$;
CREATE OR REPLACE FUNCTION outbox.prune(retention interval, rows_max integer)
RETURNS TABLE (entries bigint, receipts bigint, parked bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    oldest_kept timestamptz := clock_timestamp() - retention;
    -- Older ones billing.fold_slice computes no more, its 35 days and the day that is under way.
    oldest_slice timestamptz := clock_timestamp() - interval '36 days';
BEGIN
    IF retention IS NULL OR retention < interval '1 day' THEN
        RETURN QUERY SELECT 0::bigint, 0::bigint, 0::bigint;
        RETURN;
    END IF;
    -- Who computes a slice meanwhile would write that it was computed after it has lost its entries.
    IF oldest_kept > oldest_slice THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('postroom billing cost', 0));
    END IF;
    -- Entries are found by their ids, which are in order of creation; attempts go with them by their foreign key.
    -- Whoever is writing to an entry keeps it: it is skipped.
    WITH old AS MATERIALIZED (
        SELECT e.id, e.scheduled_at FROM outbox.entry AS e
        WHERE e.id < ops.day_lowest_id((oldest_kept AT TIME ZONE 'UTC')::date + 1)
          AND greatest(e.created_at, e.scheduled_at, e.last_attempt_at) < oldest_kept   -- the NULLs among them are left out
          AND e.status <> 'pending'
        ORDER BY e.id LIMIT rows_max FOR UPDATE SKIP LOCKED
    ), receipt AS (
        DELETE FROM outbox.receipt AS r USING old WHERE r.entry_id = old.id RETURNING r.id
    ), entry AS (
        DELETE FROM outbox.entry AS e USING old WHERE e.id = old.id RETURNING e.id
    ), sealed AS (
        INSERT INTO billing.cost_slice_state AS c (slice, computed_at)
        SELECT DISTINCT date_bin('10 minutes', slice.at, '2000-01-01Z'), 'infinity'::timestamptz
        FROM old
        -- That of its acceptance and that of its scheduled time: it is in one of them, and both are past the retention.
        CROSS JOIN LATERAL (VALUES (to_timestamp(
                ('x0000' || left(replace(old.id::text, '-', ''), 12))::bit(64)::bigint / 1000.0)),  -- UUIDv7
            (old.scheduled_at)) AS slice (at)
        WHERE slice.at >= oldest_slice
        ON CONFLICT (slice) DO UPDATE SET computed_at = excluded.computed_at
    )
    SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM receipt) INTO entries, receipts;
    WITH old AS MATERIALIZED (
        SELECT r.id FROM outbox.receipt AS r
        WHERE r.entry_id IS NULL AND r.received_at < oldest_kept
        ORDER BY r.received_at LIMIT rows_max FOR UPDATE SKIP LOCKED
    ), receipt AS (
        DELETE FROM outbox.receipt AS r USING old WHERE r.id = old.id RETURNING r.id
    )
    SELECT count(*) INTO parked FROM receipt;
    RETURN NEXT;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN QUERY SELECT 0::bigint, 0::bigint, 0::bigint;
END
$$;

-- As far as they are to be computed at all; billing.fold_slice drops notes of older ones.
INSERT INTO billing.cost_touch (slice)
SELECT DISTINCT date_bin('10 minutes', to_timestamp(
    ('x0000' || left(replace(q.entry_id::text, '-', ''), 12))::bit(64)::bigint / 1000.0), '2000-01-01Z')   -- UUIDv7
FROM queue.send AS q
WHERE q.entry_id >= ops.time_lowest_id(now() - interval '36 days')
  AND q.entry_id < ops.time_lowest_id(now() - interval '1 hour');

COMMENT ON TABLE billing.cost_slice IS
    'What the entries came to that were to be sent within ten minutes: accepted then, or scheduled; parked receipts count '
    'where they were received. Written by billing.fold_slice only, which replaces a slice''s rows, and drops them when the day '
    'is older than 35 days: evidence that comes later still moves the ledger, and no report.';
COMMENT ON COLUMN billing.cost_slice.slice IS
    'Start of the ten minutes in which the entries were to be sent: accepted, or scheduled, whichever is later. Those accepted '
    'before 0030 was applied are where they were accepted.';
COMMENT ON COLUMN billing.cost_slice.units IS
    'Parts that are owed, by our count; of entries that are pending, once the provider took an attempt of the cycle.';
COMMENT ON COLUMN billing.cost_slice.charged IS 'What is owed to us for these parts, in currency.';
COMMENT ON COLUMN billing.cost_day.day IS
    'UTC day on which the entries were to be sent, as in billing.cost_slice; of scheduled ones, not that of their charge in '
    'the ledger.';
COMMENT ON COLUMN outbox.delivery_hour.hour IS
    'Start of the hour in which the entries were to be sent, as in billing.cost_slice.';
COMMENT ON TABLE outbox.delivery_time_slice IS
    'How long the attempts of a slice''s entries took from accepted to delivered. Written by billing.fold_slice only, which '
    'replaces a slice''s rows, and drops them with the slice; read through monitor.latency.';
COMMENT ON COLUMN outbox.delivery_time_slice.slice IS 'As in billing.cost_slice.';
COMMENT ON COLUMN outbox.delivery_time_day.day IS 'UTC day on which the entries were to be sent, as in billing.cost_slice.';

REVOKE ALL ON FUNCTION billing.scheduled_into(timestamptz), billing.scheduled_beyond(timestamptz) FROM PUBLIC;

COMMIT;
