-- The oldest secret of an endpoint that deliveries are still signed with: a second rotation within a day no longer ends a secret
-- that was promised its time.
-- Locks: ACCESS EXCLUSIVE on alert.endpoint, which is small, for a moment: claims of deliveries and the API's alert routes wait.
-- Executables from before it rotate without it: then they sign with two secrets, as they did.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (34, 'oldest_secret');

ALTER TABLE alert.endpoint ADD COLUMN oldest_version integer
    CONSTRAINT endpoint_oldest_version_known CHECK (oldest_version BETWEEN 1 AND secret_version);
COMMENT ON COLUMN alert.endpoint.oldest_version IS
    'The oldest version whose secret deliveries are signed with until previous_valid_until, with all after it; NULL = the one '
    'before.';
COMMENT ON COLUMN alert.endpoint.previous_valid_until IS
    'Until when deliveries are signed with the secrets of versions before, too (oldest_version); NULL = no longer.';

COMMIT;
