-- The index by which monitor.queue, and sends_wait in monitor.health, find the send that has been due longest, whosever it
-- is. They looked at 2 000 accounts, by name, that had anything queued, also where that was for tomorrow: what was overdue of
-- the others was neither counted nor told.
-- Locks: SHARE on queue.send while the index is built: accepted sends, claims and outcomes wait, for a moment, as the queue
-- is small; a campaign that is queued takes 1 s a million. Where that is too long, build it beforehand, CONCURRENTLY; one
-- that failed is left invalid, and to be dropped first.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (29, 'send_due_order');

-- Nothing else tells it at all times: send_due_idx is by account, and a probe for each of 100 000 takes a second; ids and
-- ends of validity are in another order than due times; what workers note is not there when no worker is. New sends come to
-- its end, as most are due at once; a claim takes a send out of it and touches it no more.
--
-- tries is never below 0 (send_counts_ordered), so all that nobody has leased is in it. The words keep claims off it: they
-- do not say so, and the planner must not take it for the one by account, whose order is the same within one.
CREATE INDEX IF NOT EXISTS send_due_order_idx ON queue.send (due_at) WHERE lease_owner IS NULL AND tries >= 0;
COMMENT ON INDEX queue.send_due_order_idx IS
    'What nobody has leased, by due time, for the views; they repeat its condition, and claims do not.';

COMMIT;
