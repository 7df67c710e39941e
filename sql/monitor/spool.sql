-- monitor.spool: what was acknowledged and waits on an ingress's disk for Postgres.
-- Reads the reports, which ops.prune_heartbeats keeps few. While Postgres is away nobody can report: see /metrics.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.spool;

CREATE VIEW monitor.spool AS
WITH RECURSIVE latest AS (    -- a loose scan of an index, backwards: one probe a spool, however many reports it has
    (
        SELECT o.host, o.folder, o.process_id, o.webhooks, o.bytes, o.oldest_at, o.files_aside, o.seen_at, o.closed
        FROM ops.spool_report AS o
        ORDER BY o.host DESC, o.folder DESC, o.seq DESC LIMIT 1
    )
    UNION ALL
    SELECT n.host, n.folder, n.process_id, n.webhooks, n.bytes, n.oldest_at, n.files_aside, n.seen_at, n.closed
    FROM latest AS l
    CROSS JOIN LATERAL (
        SELECT o.host, o.folder, o.process_id, o.webhooks, o.bytes, o.oldest_at, o.files_aside, o.seen_at, o.closed
        FROM ops.spool_report AS o
        WHERE (o.host, o.folder) < (l.host, l.folder)
        ORDER BY o.host DESC, o.folder DESC, o.seq DESC LIMIT 1
    ) AS n
)
SELECT r.host, r.folder, r.process_id,
       CASE WHEN r.closed THEN 'closed'
            -- Of the future: of a clock that was ahead, and nobody has reported since.
            WHEN r.seen_at NOT BETWEEN now() - interval '1 minute' AND now() + interval '1 minute' THEN 'unknown'
            ELSE 'reporting' END AS state,
       r.webhooks, r.bytes, r.oldest_at, r.oldest_at AS oldest,
       -- greatest() passes over a NULL, and an empty spool has no age.
       CASE WHEN r.oldest_at IS NOT NULL THEN greatest(0, extract(epoch FROM now() - r.oldest_at)) END::numeric(15, 3)
           AS oldest_seconds,
       r.files_aside,
       (SELECT max(m.drained) - min(m.drained) FROM ops.spool_report AS m
        WHERE m.host = r.host AND m.folder = r.folder AND m.process_id = r.process_id
          AND m.seen_at > now() - interval '1 minute') AS drained_last_minute,
       r.seen_at,
       extract(epoch FROM now() - r.seen_at)::numeric(15, 3) AS silent_seconds
FROM latest AS r;

COMMENT ON VIEW monitor.spool IS
    'The latest report of each spool. One that was not closed stays here, however long its process has been silent: '
    '`postroom spool drain` on that machine, or on a copy of the folder, which closes it, as `postroom spool forget` does '
    'where it is lost. So does one with files set aside; any other is gone an hour or so after it was closed.';
COMMENT ON COLUMN monitor.spool.host IS 'Machine it is on.';
COMMENT ON COLUMN monitor.spool.folder IS 'Its folder there.';
COMMENT ON COLUMN monitor.spool.process_id IS 'The ingress that reported it, as in monitor.workers.';
COMMENT ON COLUMN monitor.spool.state IS
    'reporting; closed: its ingress ended, or it was drained by hand, with nothing left, or it was given up; unknown: '
    'silent for a minute without having closed, so that what is on its disk is not known, and the figures are those of '
    'its last report.';
COMMENT ON COLUMN monitor.spool.webhooks IS
    'Webhooks in it: acknowledged, not in the inbox and not yet accepted in monitor.conservation.';
COMMENT ON COLUMN monitor.spool.bytes IS 'What they take on disk.';
COMMENT ON COLUMN monitor.spool.oldest_at IS 'When the oldest of them came in; NULL where there is none.';
COMMENT ON COLUMN monitor.spool.oldest IS 'oldest_at, by its name in the design.';
COMMENT ON COLUMN monitor.spool.oldest_seconds IS 'Its age in seconds; NULL likewise.';
COMMENT ON COLUMN monitor.spool.files_aside IS
    'Files set aside for a person: damaged segments, and webhooks that Postgres refused. `postroom spool list`.';
COMMENT ON COLUMN monitor.spool.drained_last_minute IS
    'Webhooks that this process took out of it between its reports of the last minute; NULL where there are none.';
COMMENT ON COLUMN monitor.spool.seen_at IS 'The database''s time of the report.';
COMMENT ON COLUMN monitor.spool.silent_seconds IS 'Seconds since then: usually under ten.';

COMMIT;
