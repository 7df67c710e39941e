-- monitor.workers: which processes live. Reads the heartbeats, which ops.prune_heartbeats keeps few.
-- After the same 30 s send workers rescue what a silent one held (Heartbeat.silence; a test compares them).
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.workers;

CREATE VIEW monitor.workers AS
WITH RECURSIVE latest AS (    -- a loose scan of the primary key, backwards: one probe a process, however many heartbeats it has
    (
        SELECT h.executable, h.process_id, h.host, h.pid, h.version, h.started_at, h.seen_at, h.claimed, h.stopping, h.told_at
        FROM ops.process AS h
        WHERE h.seen_at <= now() + interval '1 minute'   -- not of a clock that was ahead
        ORDER BY h.process_id DESC, h.seen_at DESC LIMIT 1
    )
    UNION ALL
    SELECT n.executable, n.process_id, n.host, n.pid, n.version, n.started_at, n.seen_at, n.claimed, n.stopping, n.told_at
    FROM latest AS l
    CROSS JOIN LATERAL (
        SELECT h.executable, h.process_id, h.host, h.pid, h.version, h.started_at, h.seen_at, h.claimed, h.stopping, h.told_at
        FROM ops.process AS h
        WHERE h.process_id < l.process_id
          AND h.seen_at <= now() + interval '1 minute'
        ORDER BY h.process_id DESC, h.seen_at DESC LIMIT 1
    ) AS n
)
SELECT p.executable, p.process_id, p.host, p.pid, p.version, p.started_at, p.seen_at,
       extract(epoch FROM now() - p.seen_at)::numeric(15, 3) AS silent_seconds,
       p.claimed, p.stopping, p.seen_at AS last_heartbeat,
       p.seen_at > now() - interval '30 seconds' AND NOT p.stopping AS alive,
       extract(epoch FROM p.told_at - p.seen_at)::numeric(15, 3) AS clock_ahead_seconds
FROM latest AS p;

COMMENT ON VIEW monitor.workers IS 'The latest heartbeat of each process that was seen in the last hour or so.';
COMMENT ON COLUMN monitor.workers.executable IS 'Such as postroom-ingress.';
COMMENT ON COLUMN monitor.workers.process_id IS 'UUIDv7 the process made at its start.';
COMMENT ON COLUMN monitor.workers.host IS 'Machine it runs on.';
COMMENT ON COLUMN monitor.workers.pid IS 'Its process id there.';
COMMENT ON COLUMN monitor.workers.version IS 'Version of the executable.';
COMMENT ON COLUMN monitor.workers.started_at IS 'When it started, by its own clock.';
COMMENT ON COLUMN monitor.workers.seen_at IS 'The database''s time of its latest heartbeat.';
COMMENT ON COLUMN monitor.workers.silent_seconds IS 'Seconds since then.';
COMMENT ON COLUMN monitor.workers.claimed IS 'Since its start: sends or notifications it has claimed, or webhooks it has settled; 0 for an ingress and an API.';
COMMENT ON COLUMN monitor.workers.stopping IS 'Whether it was draining then.';
COMMENT ON COLUMN monitor.workers.last_heartbeat IS 'seen_at, by its name in the design.';
COMMENT ON COLUMN monitor.workers.alive IS 'Seen within 30 s, and not stopping.';
COMMENT ON COLUMN monitor.workers.clock_ahead_seconds IS
    'How far the process''s own clock is ahead of the database''s; up to ten seconds too little where the heartbeat waited for '
    'a connection; NULL of versions that do not tell.';

COMMIT;
