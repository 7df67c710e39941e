-- An SMS that was scheduled further ahead than the retention was deleted within minutes of its end, and its caller's message
-- id with it: the same request again was a new send. Now an entry is kept for the retention from the last of its creation,
-- its scheduled time and its latest attempt. Where many are kept beyond it, each call reads past them, as it did past pending
-- ones: they stand before the others in the index and take no place of theirs.
-- And reports of days whose entries are gone were computed anew from what was left of them, where the retention is shorter
-- than the 35 days in which evidence may change a report: a slice that entries are deleted from stays as it was computed.
-- Locks: SHARE UPDATE EXCLUSIVE on outbox.entry for a moment, for its comment: no reader or writer waits for it.
-- Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (25, 'prune_by_last_use');

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
        SELECT e.id FROM outbox.entry AS e
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
        SELECT DISTINCT date_bin('10 minutes', to_timestamp(
                   ('x0000' || left(replace(old.id::text, '-', ''), 12))::bit(64)::bigint / 1000.0),  -- UUIDv7
               '2000-01-01Z'), 'infinity'::timestamptz
        FROM old
        WHERE old.id >= ops.time_lowest_id(oldest_slice)
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
COMMENT ON FUNCTION outbox.prune(interval, integer) IS
    'Deletes up to rows_max entries that are not pending and were created, scheduled and last attempted longer ago than '
    'retention, with their attempts and receipts, and up to rows_max parked receipts older than it. Returns one row of '
    'numbers; all 0 where it was locked out, or where the retention is under a day. Slices of costs that entries are deleted '
    'from are not computed again.';
COMMENT ON TABLE billing.cost_slice_state IS
    'When each slice was last computed; infinity where it is not to be, as entries of it are gone. Written by '
    'billing.fold_slice and outbox.prune only.';
COMMENT ON TABLE outbox.entry IS
    'The outbox: one row per message to one recipient. Written by the API (insert, cancel) and by whoever learns '
    'evidence: webhook workers and send workers, which write the state computed from the set of its attempts and '
    'receipts onto the revision that they read. Claimed through queue.send, not here. Kept for POSTROOM_OUTBOX_RETENTION (400 '
    'days) from its creation, its scheduled time or its latest attempt, whichever is last, then dropped by outbox.prune.';

COMMIT;
