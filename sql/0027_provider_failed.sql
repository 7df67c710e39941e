-- Whether an attempt failed by the provider's refusal or by its failure, and what paused a provider.
-- Locks: ACCESS EXCLUSIVE on outbox.attempt for a moment (a column with a constant default): who reads or writes attempts
-- waits, and a reader under way is waited for.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (27, 'provider_failed');

ALTER TABLE outbox.attempt ADD COLUMN provider_failed boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN outbox.attempt.provider_failed IS
    'Whether it is rejected because the provider failed (its class is retry) and no retry was left; false where it refused '
    'the message, and in all that were settled before this column was there.';

COMMENT ON COLUMN ops.provider_event.code IS
    'The provider''s result code that paused it, or HTTP and the status of an answer without one; NULL for resumed.';

COMMIT;
