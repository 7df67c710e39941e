-- Comments that had become untrue: who writes what, what is counted, and which settings stand behind a NULL.
-- Locks: SHARE UPDATE EXCLUSIVE on the tables named, for a moment: nobody who reads or writes rows waits, or queues behind it.
-- Phase: before the deploy, or after it: it changes nothing but what people read.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (35, 'comments');

-- As nobody queues behind this wait, it may be longer than others: an autovacuum gives way only after deadlock_timeout (1 s).
SET LOCAL lock_timeout = '3s';

COMMENT ON TABLE ops.process IS
    'Heartbeats, one row each, append-only: a row that is updated every few seconds would grow a version chain without end '
    'under a held snapshot. Written by every process, pruned by ops.prune_heartbeats, read through monitor.workers, and by send '
    'workers, which rescue what silent ones held; nobody claims it.';
COMMENT ON COLUMN ops.process.claimed IS
    'Since its start: sends or notifications it has claimed, or webhooks it has settled; 0 for an ingress and an API.';
COMMENT ON TABLE ops.provider_event IS
    'When a provider stopped taking work and when it took it again: the last row of a provider says which holds. Written by '
    'send workers, and by an operator who resumes a provider by hand; nobody claims it.';
COMMENT ON TABLE ops.spool_report IS
    'What each ingress''s spool holds, one row a report, append-only as ops.process is. Written by every ingress that has a '
    'spool, and by postroom spool drain and forget, pruned by ops.prune_heartbeats, read through monitor.spool; nobody claims it.';
COMMENT ON COLUMN ops.spool_report.closed IS
    'Whether this is the last word on a spool: it was empty when its ingress ended or an operator had drained the folder, or an '
    'operator has given it up (postroom spool forget).';

COMMENT ON TABLE inbox.webhook IS
    'Every webhook as it came, append-only, one partition a UTC day of its id. Written by the ingress, and by postroom spool '
    'drain, in one statement with queue.webhook and queue.tally; read by workers and operators; partitions are made by '
    'inbox.make_days and emptied and dropped by inbox.prune. Nobody claims it, and no foreign key points at it: both would tie '
    'the dropping of a day to other tables.';
COMMENT ON TABLE queue.webhook IS
    'One narrow row per waiting webhook. Written by the ingress, and by postroom spool drain, with the raw row; claimed by '
    'webhook workers with FOR UPDATE SKIP LOCKED in order of seq, and deleted by them in the transaction that settles it. No '
    'index on webhook_id: it would cost every insert and delete, and only inbox.prune and people ask by it.';
COMMENT ON TABLE queue.webhook_dead IS
    'Dead letters: webhooks that could not be processed, each with a copy of its raw bytes, which retention does not touch. '
    'Written by webhook workers; claimed by postroom dead replay and discard (postroom_operator), which delete it, or note on '
    'it that a replay failed.';
COMMENT ON COLUMN queue.webhook_dead.buried_at IS
    'Start of the transaction that buried it, or in which its last replay failed.';
COMMENT ON TABLE queue.tally IS
    'Counts, append-only: one row per flush of an ingress and per settling transaction of a worker, in the same transaction as '
    'what it counts, so that the sums are true at any moment and no row is fought over. Written by the ingress, webhook workers '
    'and postroom dead, replay and spool drain; folded by queue.fold_tally; nobody claims it.';

COMMENT ON TABLE outbox.entry IS
    'The outbox: one row per message to one recipient. Written by the API (insert, resend, cancel) and by whoever learns '
    'evidence: webhook workers, send workers, the API and operators, who write the state computed from the set of its attempts '
    'and receipts onto the revision that they read. Claimed through queue.send, not here. Kept for POSTROOM_OUTBOX_RETENTION '
    '(400 days) from its creation, its scheduled time or its latest attempt, whichever is last, then dropped by outbox.prune.';
COMMENT ON COLUMN outbox.entry.message_id IS
    'The caller''s own id; NULL if none was given. What makes a send happen once is idempotency_key.';
COMMENT ON COLUMN outbox.entry.idempotency_key IS
    'The caller''s messageId, else its Idempotency-Key, which makes a send happen once per account and user; NULL if neither '
    'was given.';
COMMENT ON COLUMN outbox.entry.valid_until IS
    'Not to be sent after: it is failed as expired instead; NULL = no bound of the caller''s, and queue.send.give_up_at is that '
    'of the settings.';
COMMENT ON COLUMN outbox.entry.expired_at IS
    'When its validity was found to have passed before dispatch; NULL otherwise. A resend clears it.';
COMMENT ON TABLE outbox.attempt IS
    'One row per hand-over to a provider, never overwritten by a later one. Written by send workers (insert before the call, '
    'outcome after it, deadlines); the API withdraws one that is only prepared. What a receipt proves stays in the receipt. '
    'Claimed through queue.send.';
COMMENT ON COLUMN outbox.receipt.account IS
    'Account of the token that it came with; of source query, the entry''s.';

COMMENT ON COLUMN queue.lookup.tries IS
    'How often a look ended with another to follow, whether or not the provider answered; again from 0 once an unclear attempt '
    'turns out to be accepted.';
COMMENT ON COLUMN queue.send_slot.provider IS
    'ops.provider.name; of the probes of a paused provider, that name and .probe.';
COMMENT ON TABLE queue.notification IS
    'One row per notification and endpoint that is to be delivered. Written with the notification, and by postroom alert '
    'redeliver; leased by alert workers, who delete it when it is delivered or given up, or make it due again. Every write by a '
    'lease''s holder repeats its fence.';
COMMENT ON COLUMN queue.notification.tries IS
    'Deliveries that were tried; again from 0 where it is redelivered.';

COMMENT ON TABLE billing.account IS
    'Who pays; owns keys, limits and fairness. Written by postroom account (postroom_operator), and by the API its limits of '
    'retries and resends, rarely. Whoever posts to the ledger locks the row by billing.lock_accounts, which makes no new version '
    'of it. Holds no balance: that would be a row that every send updates.';
COMMENT ON TABLE billing.ledger_entry IS
    'Every change of a balance, append-only. Written under the account''s lock: by the API (charge), by postroom account topup '
    'and adjust, and by whoever learns evidence that changes what is owed for an entry (refund, refund_reversal). Nobody claims '
    'it.';
COMMENT ON COLUMN billing.ledger_entry.reference IS
    'Reference of a top-up or an adjustment, which makes it happen once: no two of an account have the same. NULL of what is '
    'about an entry.';
COMMENT ON INDEX billing.ledger_entry_reference_key IS 'Makes a top-up or an adjustment with a reference happen once.';
COMMENT ON FUNCTION billing.lock_accounts(text[]) IS
    'Locks accounts until the transaction ends, so that one transaction at a time reads and writes their last balance. Makes no '
    'new version of the rows. A transaction takes it last of all locks, and once: everyone in this order, so nobody waits in a '
    'circle. A function, because a row lock needs UPDATE, which no worker shall have.';

COMMENT ON COLUMN alert.endpoint.failing_since IS
    'First of the failures since the last success; NULL where there is none, and again once it was disabled for them, got '
    'another URL, or is used again.';
COMMENT ON TABLE alert.event IS
    'What happened and is still to be told. Written in the transaction in which it happened: by triggers, by alert workers, by '
    'the API, and by postroom alert test. Alert workers turn it into a notification, one of an account at a time, and delete it '
    'in the same transaction.';
COMMENT ON COLUMN alert.event.subject IS
    'What it is about: an entry''s id, a threshold, a provider, the name of a health rule, an endpoint''s id; of a test without '
    'an endpoint, the account or operators.';
COMMENT ON FUNCTION alert.prune(interval, integer) IS
    'Removes up to rows_max notifications past their retention with their deliveries, and as many old rule events, events that '
    'nobody told, and deleted endpoints.';

COMMIT;
