-- Upkeep: tallies are folded, heartbeats and old messages dropped. Called by any worker, as in 0006.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (7, 'upkeep');

CREATE FUNCTION queue.fold_tally(rows_max integer, settle interval DEFAULT '75 seconds') RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    folded_rows bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('postroom queue tally', 0)) THEN
        RETURN NULL;
    END IF;
    -- One statement: no reader sees a count twice or not at all.
    WITH gone AS (
        DELETE FROM queue.tally AS t
        WHERE t.seq = ANY (ARRAY(
            SELECT u.seq FROM queue.tally AS u
            WHERE NOT u.folded AND u.recorded_at < clock_timestamp() - settle
            ORDER BY u.seq LIMIT rows_max))
        RETURNING t.source, t.intake_day, t.kind, t.count, t.latency_buckets
    ), counts AS (
        SELECT g.source, g.intake_day, g.kind, sum(g.count)::bigint AS count, count(*) AS row_count
        FROM gone AS g
        GROUP BY g.source, g.intake_day, g.kind
    ), bucket AS (
        SELECT g.source, g.intake_day, g.kind, b.place, sum(b.count)::bigint AS count
        FROM gone AS g CROSS JOIN LATERAL unnest(g.latency_buckets) WITH ORDINALITY AS b (count, place)
        GROUP BY g.source, g.intake_day, g.kind, b.place
    ), histogram AS (
        SELECT b.source, b.intake_day, b.kind, array_agg(b.count ORDER BY b.place) AS buckets
        FROM bucket AS b
        GROUP BY b.source, b.intake_day, b.kind
    ), put AS (
        INSERT INTO queue.tally AS t (source, intake_day, kind, count, latency_buckets, folded)
        SELECT c.source, c.intake_day, c.kind, c.count, h.buckets, true
        FROM counts AS c LEFT JOIN histogram AS h USING (source, intake_day, kind)
        ON CONFLICT (source, intake_day, kind) WHERE folded DO UPDATE
        SET count = t.count + excluded.count,
            latency_buckets = (
                SELECT array_agg(coalesce(b.old, 0) + coalesce(b.new, 0) ORDER BY b.place)
                FROM unnest(t.latency_buckets, excluded.latency_buckets) WITH ORDINALITY AS b (old, new, place)),
            recorded_at = excluded.recorded_at
    )
    SELECT coalesce(sum(c.row_count), 0) INTO folded_rows FROM counts AS c;
    RETURN folded_rows;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION queue.fold_tally(integer, interval) IS
    'Adds up to rows_max tally rows older than settle into one row a (source, intake_day, kind). Returns their '
    'number; NULL where another process is at it. settle is over a minute, because monitor.queue and '
    'monitor.latency read the last minute from rows not yet folded.';

CREATE FUNCTION ops.prune_heartbeats(keep interval, rows_max integer DEFAULT 10000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    pruned bigint;
BEGIN
    -- Rows that another caller is deleting are skipped, not waited for.
    DELETE FROM ops.process AS p
    USING (SELECT o.process_id, o.seen_at FROM ops.process AS o
           WHERE o.seen_at < clock_timestamp() - keep
           ORDER BY o.seen_at LIMIT rows_max FOR UPDATE SKIP LOCKED) AS old
    WHERE p.process_id = old.process_id AND p.seen_at = old.seen_at;
    GET DIAGNOSTICS pruned = ROW_COUNT;
    RETURN pruned;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION ops.prune_heartbeats(interval, integer) IS
    'Deletes up to rows_max heartbeats older than keep, oldest first. Returns their number; NULL where it was '
    'locked out. monitor.workers forgets a process when its last heartbeat is gone: keep an hour or so.';

CREATE FUNCTION outbox.prune(retention interval, rows_max integer)
RETURNS TABLE (entries bigint, receipts bigint, parked bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    oldest_kept timestamptz := clock_timestamp() - retention;
BEGIN
    IF retention IS NULL OR retention < interval '1 day' THEN
        RETURN QUERY SELECT 0::bigint, 0::bigint, 0::bigint;
        RETURN;
    END IF;
    -- Entries are found by their ids, which are in order of creation; attempts go with them by their foreign key.
    -- Whoever is writing to an entry keeps it: it is skipped.
    WITH old AS MATERIALIZED (
        SELECT e.id FROM outbox.entry AS e
        WHERE e.id < ops.day_lowest_id((oldest_kept AT TIME ZONE 'UTC')::date + 1)
          AND e.created_at < oldest_kept AND e.status <> 'pending'
        ORDER BY e.id LIMIT rows_max FOR UPDATE SKIP LOCKED
    ), receipt AS (
        DELETE FROM outbox.receipt AS r USING old WHERE r.entry_id = old.id RETURNING r.id
    ), entry AS (
        DELETE FROM outbox.entry AS e USING old WHERE e.id = old.id RETURNING e.id
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
    'Deletes up to rows_max entries older than retention that are not pending, with their attempts and receipts, '
    'and up to rows_max parked receipts older than it. Returns one row of numbers; all 0 where it was locked out, '
    'or where the retention is under a day.';

REVOKE ALL ON FUNCTION queue.fold_tally(integer, interval), ops.prune_heartbeats(interval, integer),
    outbox.prune(interval, integer) FROM PUBLIC;

COMMIT;
