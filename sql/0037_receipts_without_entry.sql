-- No receipt outlives its message unseen. One that was stored while its message was pruned stayed tied to what was gone: the
-- prune had not seen it, no sweep and no view had it, and nothing would ever have removed it, with the number and the price
-- in it. The workers of this version park it, so that it goes by its own age; and the prune locks messages before it looks for
-- their receipts. Those that are tied to nothing now, also as somebody deleted messages by hand, are parked here: until they
-- are as old as POSTROOM_OUTBOX_RETENTION they are in monitor.receipts_unmatched, and where they are many, monitor.health
-- says so.
-- Locks: none that others wait for. The last statement reads all messages and all receipts once, a second a million where
-- they are in memory, and holds back vacuum for so long. Workers of the version before may leave another such receipt until
-- they are replaced, as seldom as before.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (37, 'receipts_without_entry');

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
    old_ids uuid[];
    old_schedules timestamptz[];
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
    -- Whoever is writing to an entry keeps it: it is skipped. They are locked before anybody looks for their receipts, in a
    -- statement of its own: one that looked at both at once would not see a receipt that was committed while it ran, and
    -- leave it. Who has stored one and comes to its entry later finds it gone.
    SELECT array_agg(o.id), array_agg(o.scheduled_at) INTO old_ids, old_schedules FROM (
        SELECT e.id, e.scheduled_at FROM outbox.entry AS e
        WHERE e.id < ops.day_lowest_id((oldest_kept AT TIME ZONE 'UTC')::date + 1)
          AND greatest(e.created_at, e.scheduled_at, e.last_attempt_at) < oldest_kept   -- the NULLs among them are left out
          AND e.status <> 'pending'
        ORDER BY e.id LIMIT rows_max FOR UPDATE SKIP LOCKED
    ) AS o;
    WITH old AS MATERIALIZED (
        SELECT g.id, g.scheduled_at FROM unnest(old_ids, old_schedules) AS g (id, scheduled_at)
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

WITH parked AS (
    UPDATE outbox.receipt AS r SET attempt_id = NULL, entry_id = NULL, matched_at = NULL
    WHERE r.entry_id IS NOT NULL AND NOT EXISTS (SELECT FROM outbox.entry AS e WHERE e.id = r.entry_id)
    RETURNING r.received_at
)
-- Reports count parked receipts where they were received, as far as these are computed at all.
INSERT INTO billing.cost_touch (slice)
SELECT DISTINCT date_bin('10 minutes', p.received_at, '2000-01-01Z')
FROM parked AS p
WHERE p.received_at >= now() - interval '36 days' AND p.received_at < now() - interval '1 hour';

COMMIT;
