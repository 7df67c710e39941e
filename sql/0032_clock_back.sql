-- When Postgres's clock was ahead and is corrected, as by NTP or by a failover to a machine that is right, what was noted
-- meanwhile stands in the future, and is no word on now: a heartbeat there made a dead process live, and a report of a closed
-- spool hid, and in the end deleted, a later one of webhooks that wait in it.
-- Heartbeats of the future are removed: a process that lives has another in seconds. A spool's reports get an order of their
-- own, by which the last of each is known whatever the clock says.
-- Locks: ACCESS EXCLUSIVE on ops.spool_report while it is rewritten: an hour of reports, some ms; ingresses' reports wait,
-- webhooks do not.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (32, 'clock_back');

ALTER TABLE ops.spool_report ADD COLUMN seq bigint;
UPDATE ops.spool_report AS r
SET seq = n.seq
FROM (SELECT o.host, o.folder, o.seen_at, o.process_id, row_number() OVER (ORDER BY o.seen_at) AS seq
      FROM ops.spool_report AS o) AS n
WHERE r.host = n.host AND r.folder = n.folder AND r.seen_at = n.seen_at AND r.process_id = n.process_id;
ALTER TABLE ops.spool_report ALTER COLUMN seq SET NOT NULL;
ALTER TABLE ops.spool_report ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY;
DO $$ BEGIN
    PERFORM setval(pg_get_serial_sequence('ops.spool_report', 'seq'), coalesce(max(r.seq), 0) + 1, false)
    FROM ops.spool_report AS r;
END $$;
COMMENT ON COLUMN ops.spool_report.seq IS
    'Order of the reports: of a folder one process has at a time, each report comes after the ones before it. Not that of '
    'seen_at where Postgres''s clock was corrected meanwhile.';

-- For monitor.spool, which takes the last of each spool, and for the prune, which leaves it.
CREATE INDEX spool_report_order_idx ON ops.spool_report (host, folder, seq);
COMMENT ON INDEX ops.spool_report_order_idx IS 'The last report of each spool, for monitor.spool and ops.prune_heartbeats.';

CREATE OR REPLACE FUNCTION ops.prune_heartbeats(keep interval, rows_max integer DEFAULT 10000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    moment  timestamptz := clock_timestamp();
    pruned  bigint;
    to_come bigint;
    reports bigint;
BEGIN
    -- Rows that another caller is deleting are skipped, not waited for.
    DELETE FROM ops.process AS p
    USING (SELECT o.process_id, o.seen_at FROM ops.process AS o
           WHERE o.seen_at < moment - keep
           ORDER BY o.seen_at LIMIT rows_max FOR UPDATE SKIP LOCKED) AS old
    WHERE p.process_id = old.process_id AND p.seen_at = old.seen_at;
    GET DIAGNOSTICS pruned = ROW_COUNT;
    -- By a statement of its own, as an OR would read all of them.
    DELETE FROM ops.process AS p
    USING (SELECT o.process_id, o.seen_at FROM ops.process AS o
           WHERE o.seen_at > moment + interval '1 minute'
           ORDER BY o.seen_at LIMIT rows_max FOR UPDATE SKIP LOCKED) AS ahead
    WHERE p.process_id = ahead.process_id AND p.seen_at = ahead.seen_at;
    GET DIAGNOSTICS to_come = ROW_COUNT;
    -- The last word on a spool that was not closed stays: its machine may be dead, and its disk hold webhooks, also such
    -- as came after its last report, when nobody could be told. So does one with files set aside.
    DELETE FROM ops.spool_report AS r
    USING (SELECT o.host, o.folder, o.seen_at, o.process_id FROM ops.spool_report AS o
           WHERE (o.seen_at < moment - keep OR o.seen_at > moment + interval '1 minute')
             AND (o.closed AND o.files_aside = 0
                  OR EXISTS (SELECT FROM ops.spool_report AS n
                             WHERE n.host = o.host AND n.folder = o.folder AND n.seq > o.seq))
           ORDER BY o.seen_at LIMIT rows_max FOR UPDATE SKIP LOCKED) AS old
    WHERE r.host = old.host AND r.folder = old.folder AND r.seen_at = old.seen_at AND r.process_id = old.process_id;
    GET DIAGNOSTICS reports = ROW_COUNT;
    RETURN pruned + to_come + reports;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION ops.prune_heartbeats(interval, integer) IS
    'Deletes up to rows_max heartbeats older than keep, oldest first, as many of more than a minute from now, and as many '
    'such reports of spools, except the last of a spool that was not closed. With keep NULL only those to come. Returns their '
    'number; NULL where it was locked out. monitor.workers forgets a process when its last heartbeat is gone: keep an hour '
    'or so.';

COMMIT;
