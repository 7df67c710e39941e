-- Indexes by which what is rare and wrong is found among very much that is well: SMS from numbers that could not be read, of
-- which one that says STOP put nobody on a list, and sends that are put off again and again, for monitor.health.
-- Locks: SHARE on sms_log.inbound and sms_log.entry while their indexes are built, some 1 s a million rows: webhook workers
-- wait. Last, for a moment, as the queue is small, on queue.send: accepted sends, claims and outcomes wait, and a campaign
-- that is queued takes 1 s a million, too. Where that is too long, build them beforehand, CONCURRENTLY; one that failed is
-- left invalid, and to be dropped first.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (28, 'rare_rows');

-- Of the log and of inbound SMS, those that deploy/runbook.md looks for; its queries repeat the conditions.
CREATE INDEX IF NOT EXISTS inbound_unreadable_idx ON sms_log.inbound (received_at) WHERE from_number !~ '^[+][0-9]+$';
CREATE INDEX IF NOT EXISTS entry_unreadable_idx ON sms_log.entry (received_at)
    WHERE external_number !~ '^[+][0-9]+$' AND direction = 'RECEIVED';
COMMENT ON INDEX sms_log.inbound_unreadable_idx IS 'Inbound SMS whose sender''s number could not be read, by arrival.';
COMMENT ON INDEX sms_log.entry_unreadable_idx IS 'Received SMS of the log whose number could not be read, by arrival.';

-- By due time: what is put off for minutes comes before what is put off for an hour. Others cost it nothing.
CREATE INDEX IF NOT EXISTS send_put_off_idx ON queue.send (due_at) WHERE tries - counted >= 7;
COMMENT ON INDEX queue.send_put_off_idx IS
    'Sends that were tried seven times and more without a try that counts, for monitor.health.';

COMMIT;
