-- Each heartbeat brings the time of its process's own clock, so that monitor.health can say which machine's clock is off the
-- database's. Ids, webhooks' times and opt-outs stand by the machines' clocks, all waits and deadlines by the database's.
-- Locks: ACCESS EXCLUSIVE on ops.process for a moment (a column without a default).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (33, 'process_clock');

ALTER TABLE ops.process ADD COLUMN told_at timestamptz;
COMMENT ON COLUMN ops.process.told_at IS
    'When it was made, by the process''s own clock; NULL of versions before this column. Well before seen_at only where it '
    'waited for a connection, ten seconds at most.';

COMMIT;
