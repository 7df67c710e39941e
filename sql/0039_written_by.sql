-- Comments that did not name everybody who writes: top-ups and resends by the API, retries by send workers, replays by operators.
-- And what a provider's answer without a code leaves, and which reports of spools are kept.
-- Locks: SHARE UPDATE EXCLUSIVE on the tables named, for a moment: nobody who reads or writes rows waits, or queues behind it.
-- Phase: before the deploy, or after it: it changes nothing but what people read.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (39, 'written_by');

-- As nobody queues behind this wait, it may be longer than others: an autovacuum gives way only after deadlock_timeout (1 s).
SET LOCAL lock_timeout = '3s';

COMMENT ON TABLE billing.ledger_entry IS
    'Every change of a balance, append-only. Written under the account''s lock: by the API (charge, topup), by postroom account '
    'topup and adjust, and by whoever learns evidence that changes what is owed for an entry (refund, refund_reversal). Nobody '
    'claims it.';
COMMENT ON TABLE queue.send IS
    'One row per entry that is to be sent, or is being sent. Written by the API with the entry or its resend, and by send '
    'workers where an unclear attempt is tried again; leased by send workers, who delete it with the outcome or make it due '
    'again; the API deletes that of a cancelled entry. Every write by a lease''s holder repeats its fence.';
COMMENT ON COLUMN outbox.attempt.provider_code IS
    'Result code of the provider''s answer as it came; NULL without an answer, and where it has no readable code.';
COMMENT ON TABLE outbox.receipt IS
    'Every distinct receipt, matched or parked. Written by webhook workers and by postroom dead replay and replay (source '
    'webhook), and by send workers, who look for lost receipts (source query); parked ones are matched again by webhook workers, '
    'who sweep them. Never partitioned by arrival: its key must be unique as long as the entry lives.';
COMMENT ON TABLE sms_log.entry IS
    'Onoff''s log: one row per SMS a user sent or received. Written by webhook workers and by postroom dead replay and replay, '
    'never changed afterwards; nobody claims it.';
COMMENT ON TABLE sms_log.inbound IS
    'SMS that people sent to our numbers. Written by webhook workers and by postroom dead replay and replay, never changed '
    'afterwards; nobody claims it.';
COMMENT ON TABLE sms_log.other_event IS
    'Onoff events of kinds that are only kept (calls, voicemail, recordings, what is yet unknown). Written by webhook workers and '
    'by postroom dead replay and replay, never changed afterwards; nobody claims it.';
COMMENT ON FUNCTION ops.prune_heartbeats(interval, integer) IS
    'Deletes up to rows_max heartbeats older than keep, oldest first, as many of more than a minute from now, and as many '
    'such reports of spools, except the last of a spool that was not closed or has files set aside. With keep NULL only those to '
    'come. Returns their number; NULL where it was locked out. monitor.workers forgets a process when its last heartbeat is '
    'gone: keep an hour or so.';

COMMIT;
