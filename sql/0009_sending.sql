-- Sending: who may call the API, what waits to be sent or looked up, and whether a provider takes work.
-- Locks: ACCESS EXCLUSIVE on outbox.entry for a moment (new columns), then SHARE on it and on outbox.attempt while the
-- indexes are built.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (9, 'sending');

CREATE TABLE ops.api_key (
    id         uuid        NOT NULL,
    hash       bytea       NOT NULL,
    account    text        NOT NULL,
    user_id    text        NOT NULL,
    scopes     text[]      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CONSTRAINT api_key_pkey PRIMARY KEY (id),
    CONSTRAINT api_key_hash_key UNIQUE (hash),
    CONSTRAINT api_key_hash_sha256 CHECK (length(hash) = 32),
    CONSTRAINT api_key_account_fkey FOREIGN KEY (account) REFERENCES billing.account (name),
    CONSTRAINT api_key_user_bounded CHECK (length(user_id) BETWEEN 1 AND 128),
    CONSTRAINT api_key_scopes_known CHECK (scopes <@ ARRAY['send', 'read', 'admin'] AND cardinality(scopes) > 0)
);
COMMENT ON TABLE ops.api_key IS
    'Keys applications call the outbox API with. Written by postroom key (postroom_operator); the API reads it.';
COMMENT ON COLUMN ops.api_key.id IS 'UUIDv7 the key was made with: what people name it by.';
COMMENT ON COLUMN ops.api_key.hash IS
    'SHA-256 of the key. The key has 256 random bits, so nothing slower is needed to keep it from being guessed.';
COMMENT ON COLUMN ops.api_key.account IS 'billing.account.name it belongs to.';
COMMENT ON COLUMN ops.api_key.user_id IS 'The user its sends count for, unless an admin key names another.';
COMMENT ON COLUMN ops.api_key.scopes IS 'Of send, read, admin.';
COMMENT ON COLUMN ops.api_key.created_at IS 'When it was made.';
COMMENT ON COLUMN ops.api_key.revoked_at IS 'When it was revoked; NULL while it is good.';

CREATE TABLE ops.provider_event (
    provider    text        NOT NULL,
    seq         bigint      GENERATED ALWAYS AS IDENTITY,
    kind        text        NOT NULL,
    code        text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT provider_event_pkey PRIMARY KEY (provider, seq),
    CONSTRAINT provider_event_provider_fkey FOREIGN KEY (provider) REFERENCES ops.provider (name),
    CONSTRAINT provider_event_kind_known CHECK (kind IN ('paused', 'resumed'))
);
COMMENT ON TABLE ops.provider_event IS
    'When a provider stopped taking work and when it took it again: the last row of a provider says which holds. '
    'Written by send workers; nobody claims it.';
COMMENT ON COLUMN ops.provider_event.provider IS 'ops.provider.name.';
COMMENT ON COLUMN ops.provider_event.seq IS 'Order of the events.';
COMMENT ON COLUMN ops.provider_event.kind IS 'paused or resumed.';
COMMENT ON COLUMN ops.provider_event.code IS 'The provider''s result code that paused it; NULL for resumed.';
COMMENT ON COLUMN ops.provider_event.recorded_at IS 'Start of the transaction that recorded it.';

-- The idempotency key takes the place of the message id, which is one of its two sources.
ALTER TABLE outbox.entry
    ADD COLUMN idempotency_key   text,
    ADD COLUMN content_hash      bytea,
    ADD COLUMN valid_for_seconds integer,
    ADD COLUMN owed_cycles       bigint NOT NULL DEFAULT 1,
    ADD CONSTRAINT entry_cycle_bounded CHECK (cycle < 62),
    ADD CONSTRAINT entry_owed_cycles_not_negative CHECK (owed_cycles >= 0),
    ADD CONSTRAINT entry_valid_for_positive CHECK (valid_for_seconds > 0);
-- No role may delete a provider, and the check, a row lock, made all who store entries write to the provider's one row.
ALTER TABLE outbox.entry DROP CONSTRAINT entry_provider_fkey;
UPDATE outbox.entry AS e SET idempotency_key = e.message_id WHERE e.message_id IS NOT NULL;
DROP INDEX outbox.entry_message_id_key;
CREATE UNIQUE INDEX entry_idempotency_key ON outbox.entry (account, user_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
-- The API's list, newest first, whole or of one recipient or tag.
CREATE INDEX entry_account_idx ON outbox.entry (account, id);
CREATE INDEX entry_recipient_idx ON outbox.entry (account, recipient_phone_number, id);
CREATE INDEX entry_tags_idx ON outbox.entry USING gin (tags) WHERE tags <> '{}';
COMMENT ON COLUMN outbox.entry.idempotency_key IS
    'The caller''s messageId or Idempotency-Key, which makes a send happen once per account and user; NULL if neither '
    'was given.';
COMMENT ON COLUMN outbox.entry.content_hash IS
    'SHA-256 of what was asked for: the same idempotency key with another content is refused.';
COMMENT ON COLUMN outbox.entry.valid_for_seconds IS
    'How long it may wait to be sent, anew in each cycle; NULL = no bound of the caller''s.';
COMMENT ON COLUMN outbox.entry.owed_cycles IS
    'Bit n set = cycle n is owed; total_cost is their number times the price. The ledger is led to it, in the same '
    'transaction.';
COMMENT ON INDEX outbox.entry_idempotency_key IS 'Makes the caller''s key unique per account and user.';
COMMENT ON INDEX outbox.entry_account_idx IS 'The account''s entries in order of time.';
COMMENT ON INDEX outbox.entry_recipient_idx IS 'The account''s entries to one number in order of time.';
COMMENT ON INDEX outbox.entry_tags_idx IS 'Entries with a tag.';

ALTER TABLE outbox.attempt ADD COLUMN unclear_deadline_passed_at timestamptz;
COMMENT ON COLUMN outbox.attempt.deadline_passed_at IS
    'When the receipt deadline passed with the question open; NULL otherwise.';
COMMENT ON COLUMN outbox.attempt.unclear_deadline_passed_at IS
    'When the deadline passed with its outcome unknown; NULL otherwise. Apart from the other: an attempt that is proved '
    'accepted after it still has its receipt to wait for.';

-- What was sent to one number lately: whether the provider's "duplicate" can be another entry's doing.
CREATE INDEX attempt_recipient_idx ON outbox.attempt (recipient_phone_number, id);
COMMENT ON INDEX outbox.attempt_recipient_idx IS 'Attempts at one number in order of time.';

CREATE TABLE queue.send (
    entry_id    uuid        NOT NULL,
    provider    text        NOT NULL,
    account     text        NOT NULL,
    priority    smallint    NOT NULL,
    due_at      timestamptz NOT NULL,
    give_up_at  timestamptz NOT NULL,
    cycle       integer     NOT NULL,
    tries       integer     NOT NULL DEFAULT 0,
    counted     integer     NOT NULL DEFAULT 0,
    attempt_id  uuid,
    fence       bigint      NOT NULL DEFAULT 0,
    lease_owner uuid,
    lease_until timestamptz,
    CONSTRAINT send_pkey PRIMARY KEY (entry_id),
    CONSTRAINT send_priority_known CHECK (priority IN (0, 1)),
    CONSTRAINT send_counts_ordered CHECK (counted BETWEEN 0 AND tries),
    CONSTRAINT send_lease_whole CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
) WITH (
    -- As queue.webhook: small when healthy, yet every row dies.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
);
-- What may be claimed, by account: high before normal, then by due time.
CREATE INDEX send_due_idx ON queue.send (provider, account, priority, due_at, entry_id) WHERE lease_owner IS NULL;
-- What is past its validity, also while a provider is paused.
CREATE INDEX send_give_up_idx ON queue.send (give_up_at) WHERE lease_owner IS NULL;
-- What a dead worker held.
CREATE INDEX send_lease_idx ON queue.send (lease_until) WHERE lease_owner IS NOT NULL;
COMMENT ON TABLE queue.send IS
    'One row per entry that is to be sent, or is being sent. Written by the API with the entry; leased by send '
    'workers, who delete it with the outcome or make it due again. Every write by a lease''s holder repeats its fence.';
COMMENT ON COLUMN queue.send.entry_id IS 'outbox.entry.id.';
COMMENT ON COLUMN queue.send.provider IS 'outbox.entry.provider.';
COMMENT ON COLUMN queue.send.account IS 'outbox.entry.account, for fairness.';
COMMENT ON COLUMN queue.send.priority IS '0 = high, 1 = normal.';
COMMENT ON COLUMN queue.send.due_at IS 'Not to be sent before.';
COMMENT ON COLUMN queue.send.give_up_at IS 'Not to be sent after: it is expired instead.';
COMMENT ON COLUMN queue.send.cycle IS 'outbox.entry.cycle it was queued for.';
COMMENT ON COLUMN queue.send.tries IS 'Attempts of this cycle that ended with another to follow.';
COMMENT ON COLUMN queue.send.counted IS 'Those of them that count against the cap.';
COMMENT ON COLUMN queue.send.attempt_id IS
    'The attempt that is being made, while leased; else one that was written down beforehand (a retry after an unclear '
    'attempt), or NULL = a new one is made at the claim.';
COMMENT ON COLUMN queue.send.fence IS 'Rises with every lease: who holds an older one has lost it.';
COMMENT ON COLUMN queue.send.lease_owner IS 'ops.process.process_id that sends it now; NULL = nobody.';
COMMENT ON COLUMN queue.send.lease_until IS 'When the lease ends, by the database''s clock; NULL = nobody holds one.';
COMMENT ON INDEX queue.send_due_idx IS 'What may be claimed.';
COMMENT ON INDEX queue.send_give_up_idx IS 'What is past its validity.';
COMMENT ON INDEX queue.send_lease_idx IS 'Leases in order of their end.';

CREATE TABLE queue.lookup (
    attempt_id    uuid        NOT NULL,
    entry_id      uuid        NOT NULL,
    provider      text        NOT NULL,
    priority      smallint    NOT NULL DEFAULT 1,
    due_at        timestamptz NOT NULL,
    deadline_at   timestamptz NOT NULL,
    tries         integer     NOT NULL DEFAULT 0,
    fence         bigint      NOT NULL DEFAULT 0,
    lease_owner   uuid,
    lease_until   timestamptz,
    CONSTRAINT lookup_pkey PRIMARY KEY (attempt_id),
    CONSTRAINT lookup_priority_known CHECK (priority IN (0, 1)),
    CONSTRAINT lookup_tries_not_negative CHECK (tries >= 0),
    CONSTRAINT lookup_lease_whole CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
) WITH (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX lookup_due_idx ON queue.lookup (provider, priority, due_at, attempt_id) WHERE lease_owner IS NULL;
CREATE INDEX lookup_lease_idx ON queue.lookup (lease_until) WHERE lease_owner IS NOT NULL;
COMMENT ON TABLE queue.lookup IS
    'One row per attempt whose outcome or receipt is still to be seen: unclear ones, and accepted ones until a receipt '
    'decides. Written with the outcome; leased by send workers once due, who look at the evidence, ask the '
    'provider''s record query, and at the deadline record that it passed.';
COMMENT ON COLUMN queue.lookup.attempt_id IS 'outbox.attempt.id.';
COMMENT ON COLUMN queue.lookup.entry_id IS 'outbox.entry.id.';
COMMENT ON COLUMN queue.lookup.provider IS 'outbox.attempt.provider.';
COMMENT ON COLUMN queue.lookup.priority IS
    '0 = its outcome is not known, and holds up a message; 1 = only its receipt is.';
COMMENT ON COLUMN queue.lookup.due_at IS 'When to look next.';
COMMENT ON COLUMN queue.lookup.deadline_at IS 'When to stop looking: the unclear or the receipt deadline.';
COMMENT ON COLUMN queue.lookup.tries IS 'How often the provider was asked.';
COMMENT ON COLUMN queue.lookup.fence IS 'Rises with every lease.';
COMMENT ON COLUMN queue.lookup.lease_owner IS 'ops.process.process_id that looks now; NULL = nobody.';
COMMENT ON COLUMN queue.lookup.lease_until IS 'When the lease ends; NULL = nobody holds one.';
COMMENT ON INDEX queue.lookup_due_idx IS 'What is due.';
COMMENT ON INDEX queue.lookup_lease_idx IS 'Leases in order of their end.';

CREATE TABLE queue.send_slot (
    provider text   NOT NULL,
    slot     bigint NOT NULL,
    CONSTRAINT send_slot_pkey PRIMARY KEY (provider, slot)
);
COMMENT ON TABLE queue.send_slot IS
    'Calls that were granted under a provider''s rate limit: one row a call, inserted by whoever makes it, so that the '
    'limit holds across processes without a row that all of them update. Pruned by send workers after a minute.';
COMMENT ON COLUMN queue.send_slot.provider IS 'ops.provider.name.';
COMMENT ON COLUMN queue.send_slot.slot IS
    'Microseconds since 1970 by the database''s clock: the moment the call may be made, on the grid of the rate.';

COMMIT;
