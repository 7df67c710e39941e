-- What the ingresses' spools hold, as they report it once Postgres is there: for monitor.spool.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (10, 'spool');

CREATE TABLE ops.spool_report (
    process_id  uuid        NOT NULL,
    seen_at     timestamptz NOT NULL DEFAULT now(),
    host        text        NOT NULL,
    folder      text        NOT NULL,
    webhooks    bigint      NOT NULL,
    bytes       bigint      NOT NULL,
    oldest_at   timestamptz,
    files_aside integer     NOT NULL,
    spooled     bigint      NOT NULL,
    drained     bigint      NOT NULL,
    closed      boolean     NOT NULL DEFAULT false,
    CONSTRAINT spool_report_pkey PRIMARY KEY (host, folder, seen_at, process_id),
    CONSTRAINT spool_report_not_negative
        CHECK (webhooks >= 0 AND bytes >= 0 AND files_aside >= 0 AND spooled >= 0 AND drained >= 0)
);
-- For the prune, which goes by age. Reports come in time order, so it only ever grows at its end.
CREATE INDEX spool_report_seen_at_idx ON ops.spool_report (seen_at);
COMMENT ON TABLE ops.spool_report IS
    'What each ingress''s spool holds, one row a report, append-only as ops.process is. Written by every ingress that has '
    'a spool, and by postroom spool drain, pruned by ops.prune_heartbeats, read through monitor.spool; nobody claims it.';
COMMENT ON COLUMN ops.spool_report.process_id IS 'ops.process.process_id; one of its own where a folder was drained by hand.';
COMMENT ON COLUMN ops.spool_report.seen_at IS 'The database''s time of this report.';
COMMENT ON COLUMN ops.spool_report.host IS 'Name of the machine.';
COMMENT ON COLUMN ops.spool_report.folder IS 'The spool''s folder there.';
COMMENT ON COLUMN ops.spool_report.webhooks IS 'Webhooks in it: acknowledged, and not in the inbox yet.';
COMMENT ON COLUMN ops.spool_report.bytes IS 'What the segments with them take on disk.';
COMMENT ON COLUMN ops.spool_report.oldest_at IS
    'When the oldest of them came in, or a little earlier, by the ingress''s clock; NULL where there is none.';
COMMENT ON COLUMN ops.spool_report.files_aside IS
    'Files set aside for a person: damaged segments, and webhooks that Postgres refused.';
COMMENT ON COLUMN ops.spool_report.spooled IS 'Webhooks written to it since the process started.';
COMMENT ON COLUMN ops.spool_report.drained IS 'Webhooks taken out of it since then.';
COMMENT ON COLUMN ops.spool_report.closed IS
    'Whether this is the last word on an empty spool: its ingress ended, or the folder was drained by hand.';
COMMENT ON INDEX ops.spool_report_seen_at_idx IS 'Finds reports past their keeping, for ops.prune_heartbeats.';

CREATE OR REPLACE FUNCTION ops.prune_heartbeats(keep interval, rows_max integer DEFAULT 10000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    pruned bigint;
    reports bigint;
BEGIN
    -- Rows that another caller is deleting are skipped, not waited for.
    DELETE FROM ops.process AS p
    USING (SELECT o.process_id, o.seen_at FROM ops.process AS o
           WHERE o.seen_at < clock_timestamp() - keep
           ORDER BY o.seen_at LIMIT rows_max FOR UPDATE SKIP LOCKED) AS old
    WHERE p.process_id = old.process_id AND p.seen_at = old.seen_at;
    GET DIAGNOSTICS pruned = ROW_COUNT;
    -- The last word on a spool that was not closed stays: its machine may be dead, and its disk hold webhooks, also such
    -- as came after its last report, when nobody could be told. So does one with files set aside.
    DELETE FROM ops.spool_report AS r
    USING (SELECT o.host, o.folder, o.seen_at, o.process_id FROM ops.spool_report AS o
           WHERE o.seen_at < clock_timestamp() - keep
             AND (o.closed AND o.files_aside = 0
                  OR EXISTS (SELECT FROM ops.spool_report AS n
                             WHERE n.host = o.host AND n.folder = o.folder AND n.seen_at > o.seen_at))
           ORDER BY o.seen_at LIMIT rows_max FOR UPDATE SKIP LOCKED) AS old
    WHERE r.host = old.host AND r.folder = old.folder AND r.seen_at = old.seen_at AND r.process_id = old.process_id;
    GET DIAGNOSTICS reports = ROW_COUNT;
    RETURN pruned + reports;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION ops.prune_heartbeats(interval, integer) IS
    'Deletes up to rows_max heartbeats older than keep, oldest first, and as many reports of spools, except the last of a '
    'spool that was not closed. Returns their number; NULL where it was locked out. monitor.workers forgets a process '
    'when its last heartbeat is gone: keep an hour or so.';

COMMIT;
