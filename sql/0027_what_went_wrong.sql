-- What went wrong, for who asks. Indexes by which what is rare and wrong is found among very much that is well: sends that
-- are put off again and again, for monitor.health, and SMS from numbers that could not be read, of which one that says STOP
-- put nobody on a list. And whether an attempt failed by the provider's refusal or by its failure.
-- Locks: SHARE on sms_log.inbound, sms_log.entry and queue.send while the indexes are built, some 1 s a million rows: webhook
-- workers and sends wait. Where that is too long, build them beforehand, CONCURRENTLY; one that failed is left invalid, and
-- to be dropped first. Last, ACCESS EXCLUSIVE on outbox.attempt for a moment (a new column).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (27, 'what_went_wrong');

-- By due time: what is put off for minutes comes before what is put off for an hour. Others cost it nothing.
CREATE INDEX IF NOT EXISTS send_put_off_idx ON queue.send (due_at) WHERE tries - counted >= 7;
COMMENT ON INDEX queue.send_put_off_idx IS
    'Sends that were tried seven times and more without a try that counts, for monitor.health.';

-- Of the log and of inbound SMS, those that deploy/runbook.md looks for; its queries repeat the conditions.
CREATE INDEX IF NOT EXISTS inbound_unreadable_idx ON sms_log.inbound (received_at) WHERE from_number !~ '^[+][0-9]+$';
CREATE INDEX IF NOT EXISTS entry_unreadable_idx ON sms_log.entry (received_at)
    WHERE external_number !~ '^[+][0-9]+$' AND direction = 'RECEIVED';
COMMENT ON INDEX sms_log.inbound_unreadable_idx IS 'Inbound SMS whose sender''s number could not be read, by arrival.';
COMMENT ON INDEX sms_log.entry_unreadable_idx IS 'Received SMS of the log whose number could not be read, by arrival.';

ALTER TABLE outbox.attempt ADD COLUMN provider_failed boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN outbox.attempt.provider_failed IS
    'Whether it is rejected because the provider failed (its class is retry) and no retry was left; false where it refused '
    'the message, and in all that were settled before this column was there.';

COMMENT ON COLUMN ops.provider_event.code IS
    'The provider''s result code that paused it, or HTTP and the status of an answer without one; NULL for resumed.';

COMMIT;
