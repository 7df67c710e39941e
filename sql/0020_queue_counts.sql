-- Indexes by which monitor.queue, monitor.unclear_attempts and monitor.health look at what they are about and at no more: the
-- queues hold an hour of sends where all is well, and days of them where it is not.
-- Locks: SHARE on queue.lookup and queue.notification while the indexes are built, some 0.5 s a million rows: outcomes and
-- new notifications wait for it. Where that is too long, build them beforehand, CONCURRENTLY; one that failed is
-- left invalid, and to be dropped first.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (20, 'queue_counts');

-- The few whose outcome is not known, by their deadlines, among all that wait for their receipt. Accepted ones cost it
-- nothing.
CREATE INDEX IF NOT EXISTS lookup_unclear_idx ON queue.lookup (deadline_at) WHERE priority = 0;
COMMENT ON INDEX queue.lookup_unclear_idx IS 'Unclear attempts, for monitor.unclear_attempts.';

-- What is due, of all endpoints together. One entry more a delivery, which is a call to somebody's server.
CREATE INDEX IF NOT EXISTS notification_due_at_idx ON queue.notification (due_at) WHERE lease_owner IS NULL;
COMMENT ON INDEX queue.notification_due_at_idx IS 'Deliveries that are due, for monitor.queue.';

COMMIT;
