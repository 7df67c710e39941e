-- Schema outbox: messages, every hand-over to a provider, every receipt.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (4, 'outbox');

CREATE SCHEMA outbox;
COMMENT ON SCHEMA outbox IS
    'Messages, every hand-over of one to a provider, and every receipt a provider sent about them.';

CREATE TABLE outbox.entry (
    id                     uuid        NOT NULL,
    account                text        NOT NULL,
    user_id                text        NOT NULL,
    recipient_phone_number text        NOT NULL,
    message                text        NOT NULL,
    sender_id              text        NOT NULL,
    message_id             text,
    message_name           text,
    sms_units_used         integer     NOT NULL,
    cost_per_unit          numeric     NOT NULL,
    total_cost             numeric     NOT NULL,
    currency               text        NOT NULL,
    encoding               text        NOT NULL,
    priority               text        NOT NULL DEFAULT 'normal',
    tags                   text[]      NOT NULL DEFAULT '{}',
    custom_data            jsonb       NOT NULL DEFAULT '{}',
    provider               text        NOT NULL,
    status                 text        NOT NULL DEFAULT 'pending',
    delivery_state         text        NOT NULL DEFAULT 'queued',
    cycle                  integer     NOT NULL DEFAULT 0,
    retry_count            integer     NOT NULL DEFAULT 0,
    revision               integer     NOT NULL DEFAULT 0,
    error_details          text,
    created_at             timestamptz NOT NULL,
    scheduled_at           timestamptz,
    valid_until            timestamptz,
    last_attempt_at        timestamptz,
    sent_at                timestamptz,
    delivered_at           timestamptz,
    cancelled_at           timestamptz,
    expired_at             timestamptz,
    CONSTRAINT entry_pkey PRIMARY KEY (id),
    CONSTRAINT entry_provider_fkey FOREIGN KEY (provider) REFERENCES ops.provider (name),
    CONSTRAINT entry_status_known CHECK (status IN ('sent', 'failed', 'pending')),
    CONSTRAINT entry_delivery_state_known CHECK (delivery_state IN
        ('scheduled', 'queued', 'dispatched', 'unclear', 'accepted', 'delivered', 'undelivered',
         'rejected', 'expired', 'cancelled', 'unconfirmed')),
    CONSTRAINT entry_priority_known CHECK (priority IN ('normal', 'high')),
    CONSTRAINT entry_encoding_known CHECK (encoding IN ('gsm7', 'ucs2')),
    CONSTRAINT entry_units_positive CHECK (sms_units_used > 0),
    CONSTRAINT entry_cost_not_negative CHECK (cost_per_unit >= 0 AND total_cost >= 0),
    CONSTRAINT entry_cycle_not_negative CHECK (cycle >= 0),
    CONSTRAINT entry_retry_count_not_negative CHECK (retry_count >= 0)
) WITH (fillfactor = 70);   -- room for the versions of a row on its own page: updates stay HOT, no index grows

-- The caller's own message id makes a send idempotent, per account and user.
CREATE UNIQUE INDEX entry_message_id_key ON outbox.entry (account, user_id, message_id) WHERE message_id IS NOT NULL;
COMMENT ON TABLE outbox.entry IS
    'The outbox: one row per message to one recipient. Written by the API (insert, cancel) and by whoever learns '
    'evidence: webhook workers and send workers, which write the state computed from the set of its attempts and '
    'receipts onto the revision that they read. Claimed through queue.send, not here. Kept for POSTROOM_OUTBOX_RETENTION (400 '
    'days), then dropped by outbox.prune.';
COMMENT ON COLUMN outbox.entry.id IS 'UUIDv7 made at intake: the outboxId that users see.';
COMMENT ON COLUMN outbox.entry.account IS 'Who pays; owns keys, limits and fairness.';
COMMENT ON COLUMN outbox.entry.user_id IS 'A name inside the account.';
COMMENT ON COLUMN outbox.entry.recipient_phone_number IS 'E.164 with +.';
COMMENT ON COLUMN outbox.entry.message IS 'The text as sent.';
COMMENT ON COLUMN outbox.entry.sender_id IS 'Sender shown to the recipient.';
COMMENT ON COLUMN outbox.entry.message_id IS
    'The caller''s own id, which makes a send idempotent per account and user; NULL if none was given.';
COMMENT ON COLUMN outbox.entry.message_name IS 'The caller''s name for this kind of message; NULL if none was given.';
COMMENT ON COLUMN outbox.entry.sms_units_used IS 'Parts that the text takes, by our own count.';
COMMENT ON COLUMN outbox.entry.cost_per_unit IS 'Price of one part in currency, fixed when the entry was accepted.';
COMMENT ON COLUMN outbox.entry.total_cost IS
    'What is owed now, in currency: a function of the attempts and receipts.';
COMMENT ON COLUMN outbox.entry.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN outbox.entry.encoding IS 'gsm7 or ucs2.';
COMMENT ON COLUMN outbox.entry.priority IS 'normal or high; high goes first inside its account.';
COMMENT ON COLUMN outbox.entry.tags IS 'The caller''s tags.';
COMMENT ON COLUMN outbox.entry.custom_data IS 'The caller''s JSON, given back as it came.';
COMMENT ON COLUMN outbox.entry.provider IS 'ops.provider.name of the provider that sends it.';
COMMENT ON COLUMN outbox.entry.status IS
    'What users see: sent, failed or pending; a function of delivery_state and the provider row.';
COMMENT ON COLUMN outbox.entry.delivery_state IS
    'The exact state, computed from the set of evidence, whatever its order of arrival.';
COMMENT ON COLUMN outbox.entry.cycle IS '0 = the send, 1 = the first resend, and so on.';
COMMENT ON COLUMN outbox.entry.revision IS
    'Counts the computations of the state. Each writes only onto the revision it read, so that none overwrites another that knew more.';
COMMENT ON COLUMN outbox.entry.retry_count IS 'Attempts that count, minus one, at least 0.';
COMMENT ON COLUMN outbox.entry.error_details IS 'Why it failed, for people; NULL while it has not.';
COMMENT ON COLUMN outbox.entry.created_at IS 'When it was accepted.';
COMMENT ON COLUMN outbox.entry.scheduled_at IS 'Not to be sent before; NULL = at once.';
COMMENT ON COLUMN outbox.entry.valid_until IS
    'Not to be sent after: it is failed as expired instead; NULL = no bound.';
COMMENT ON COLUMN outbox.entry.last_attempt_at IS 'When the latest attempt was dispatched; NULL before the first.';
COMMENT ON COLUMN outbox.entry.sent_at IS
    'Ours: the acceptance time, else the dispatch time of the attempt that a receipt proved; NULL before.';
COMMENT ON COLUMN outbox.entry.delivered_at IS
    'The earliest delivery a receipt reports: the provider''s local time in the zone that is configured for it, '
    'else the time the receipt came; NULL while there is none.';
COMMENT ON COLUMN outbox.entry.cancelled_at IS 'When it was cancelled before dispatch; NULL otherwise.';
COMMENT ON COLUMN outbox.entry.expired_at IS
    'When its validity was found to have passed before dispatch; NULL otherwise.';
COMMENT ON INDEX outbox.entry_message_id_key IS 'Makes the caller''s message id unique per account and user.';

CREATE TABLE outbox.attempt (
    id                     uuid        NOT NULL,
    entry_id               uuid        NOT NULL,
    cycle                  integer     NOT NULL,
    number                 integer     NOT NULL,
    provider               text        NOT NULL,
    recipient_phone_number text        NOT NULL,
    state                  text        NOT NULL,
    counts                 boolean     NOT NULL DEFAULT true,
    provider_message_id    text,
    provider_code          text,
    provider_answer        text,
    prepared_at            timestamptz NOT NULL,
    dispatched_at          timestamptz,
    settled_at             timestamptz,
    deadline_passed_at     timestamptz,
    CONSTRAINT attempt_pkey PRIMARY KEY (id),
    CONSTRAINT attempt_number_key UNIQUE (entry_id, cycle, number),
    CONSTRAINT attempt_entry_fkey FOREIGN KEY (entry_id) REFERENCES outbox.entry (id) ON DELETE CASCADE,
    CONSTRAINT attempt_state_known CHECK (state IN
        ('prepared', 'dispatched', 'accepted', 'rejected', 'unclear', 'not_sent')),
    CONSTRAINT attempt_number_positive CHECK (number > 0),
    CONSTRAINT attempt_cycle_not_negative CHECK (cycle >= 0)
) WITH (fillfactor = 80);   -- as above: an outcome and perhaps a deadline follow
-- A receipt without our id is matched by the provider's.
CREATE INDEX attempt_provider_message_id_idx ON outbox.attempt (provider_message_id)
    WHERE provider_message_id IS NOT NULL;
COMMENT ON TABLE outbox.attempt IS
    'One row per hand-over to a provider, never overwritten by a later one. Written by send workers (insert before '
    'the call, outcome after it); webhook workers record what a receipt proves. Claimed through queue.send.';
COMMENT ON COLUMN outbox.attempt.id IS
    'UUIDv7; travels to the provider as sys_messageid and as ext, and comes back in the receipt.';
COMMENT ON COLUMN outbox.attempt.entry_id IS 'outbox.entry.id.';
COMMENT ON COLUMN outbox.attempt.cycle IS 'The cycle of the entry it belongs to.';
COMMENT ON COLUMN outbox.attempt.number IS '1 = first attempt of the cycle.';
COMMENT ON COLUMN outbox.attempt.provider IS 'ops.provider.name.';
COMMENT ON COLUMN outbox.attempt.recipient_phone_number IS
    'E.164 with +; a copy, so that a receipt is checked without reading the entry.';
COMMENT ON COLUMN outbox.attempt.state IS
    'prepared, dispatched (committed before the call), accepted, rejected, unclear (outcome not known), not_sent.';
COMMENT ON COLUMN outbox.attempt.counts IS
    'Whether it counts against the caps: false where the provider did no work.';
COMMENT ON COLUMN outbox.attempt.provider_message_id IS
    'The provider''s own id from its answer; NULL before, or if it gave none.';
COMMENT ON COLUMN outbox.attempt.provider_code IS
    'Result code of the provider''s answer as it came; NULL without an answer.';
COMMENT ON COLUMN outbox.attempt.provider_answer IS 'The provider''s answer as it came, shortened; NULL without one.';
COMMENT ON COLUMN outbox.attempt.prepared_at IS 'When the attempt was made.';
COMMENT ON COLUMN outbox.attempt.dispatched_at IS
    'When it was committed as handed over, just before the call; NULL before.';
COMMENT ON COLUMN outbox.attempt.settled_at IS
    'When the outcome became known; for accepted, the acceptance time. NULL before.';
COMMENT ON COLUMN outbox.attempt.deadline_passed_at IS
    'When the receipt or unclear deadline passed with the question open; NULL otherwise.';
COMMENT ON INDEX outbox.attempt_provider_message_id_idx IS 'Matches receipts that carry the provider''s id only.';

CREATE TABLE outbox.receipt (
    id             uuid        NOT NULL,
    provider       text        NOT NULL,
    source         text        NOT NULL,
    account        text        NOT NULL,
    webhook_id     uuid,
    received_at    timestamptz NOT NULL,
    message_id     text        NOT NULL,
    phone          text        NOT NULL,
    status         text        NOT NULL,
    result         text        NOT NULL,
    reported_time  text        NOT NULL,
    submitted_time text        NOT NULL,
    ext            text        NOT NULL,
    price          numeric,
    size           integer,
    rate           numeric,
    currency       text,
    content_hash   bigint      NOT NULL,
    rank           smallint    NOT NULL,
    attempt_id     uuid,
    entry_id       uuid,
    matched_at     timestamptz,
    CONSTRAINT receipt_pkey PRIMARY KEY (id),
    CONSTRAINT receipt_source_known CHECK (source IN ('webhook', 'query')),
    CONSTRAINT receipt_rank_known CHECK (rank BETWEEN 1 AND 3),
    CONSTRAINT receipt_matched_whole CHECK ((attempt_id IS NULL) = (entry_id IS NULL)
                                        AND (attempt_id IS NULL) = (matched_at IS NULL))
);
-- Every receipt of an entry: its state is computed from them. Entries are sent in id order, so inserts stay local.
CREATE INDEX receipt_entry_idx ON outbox.receipt (entry_id) WHERE entry_id IS NOT NULL;
-- Parked receipts only, oldest first, for the sweep, which goes on from the last (received_at, id) it saw.
CREATE INDEX receipt_parked_idx ON outbox.receipt (received_at, id) WHERE entry_id IS NULL;
COMMENT ON TABLE outbox.receipt IS
    'Every distinct receipt, matched or parked. Written by webhook workers (source webhook) and by the sweep of '
    'lost receipts (source query); parked ones are matched again by the workers'' sweep. Never partitioned by '
    'arrival: its key must be unique as long as the entry lives.';
COMMENT ON COLUMN outbox.receipt.id IS
    'The dedupe key: 4 bytes of reported time (seconds since 2000-01-01 as written, 0 if unreadable, so that '
    'inserts stay local in the index), then 12 bytes of the SHA-256 of the canonical (message id, phone digits, '
    'status, reported time).';
COMMENT ON COLUMN outbox.receipt.provider IS 'ops.provider.name.';
COMMENT ON COLUMN outbox.receipt.source IS 'webhook = the provider called us, query = we asked.';
COMMENT ON COLUMN outbox.receipt.account IS 'Account of the token that it came with.';
COMMENT ON COLUMN outbox.receipt.webhook_id IS 'inbox.webhook.id of its first arrival; NULL for source query.';
COMMENT ON COLUMN outbox.receipt.received_at IS
    'When it first came: received_at of that webhook, or the time of the query.';
COMMENT ON COLUMN outbox.receipt.message_id IS 'The provider''s message id as written.';
COMMENT ON COLUMN outbox.receipt.phone IS 'Recipient''s digits as the provider wrote them.';
COMMENT ON COLUMN outbox.receipt.status IS 'Status code as the provider wrote it: 2 is delivered.';
COMMENT ON COLUMN outbox.receipt.result IS 'Result word as the provider wrote it, such as DELIVRD.';
COMMENT ON COLUMN outbox.receipt.reported_time IS 'drtime as the provider wrote it: its local time, zone not stated.';
COMMENT ON COLUMN outbox.receipt.submitted_time IS
    'sendtime as the provider wrote it: its local time, zone not stated.';
COMMENT ON COLUMN outbox.receipt.ext IS 'Our attempt''s id as it came back; empty if it did not.';
COMMENT ON COLUMN outbox.receipt.price IS 'Provider''s price of one part, in currency; NULL if none was readable.';
COMMENT ON COLUMN outbox.receipt.size IS 'Provider''s count of parts; NULL if none was readable.';
COMMENT ON COLUMN outbox.receipt.rate IS 'Provider''s exchange rate of USD to CNY; NULL if none was readable.';
COMMENT ON COLUMN outbox.receipt.currency IS 'Currency of price as the provider wrote it; NULL if none.';
COMMENT ON COLUMN outbox.receipt.content_hash IS
    'First 64 bits of a hash of identity and content: the same key with another hash is a conflict.';
COMMENT ON COLUMN outbox.receipt.rank IS '3 = delivered, 2 = any other number, 1 = unknown or no number.';
COMMENT ON COLUMN outbox.receipt.attempt_id IS 'outbox.attempt.id it was matched to; NULL = parked.';
COMMENT ON COLUMN outbox.receipt.entry_id IS 'outbox.entry.id of that attempt; NULL = parked.';
COMMENT ON COLUMN outbox.receipt.matched_at IS 'When it was matched; NULL = parked.';
COMMENT ON INDEX outbox.receipt_entry_idx IS 'All receipts of an entry, from which its state is computed.';
COMMENT ON INDEX outbox.receipt_parked_idx IS
    'Parked receipts, oldest first, for the sweep and monitor.receipts_unmatched.';

COMMIT;
