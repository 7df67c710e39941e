-- monitor.outbox: entries by provider and state, from the tally: an index on the state of an entry would end its HOT
-- updates, on which the speed of the workers stands.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.outbox;

CREATE VIEW monitor.outbox AS
SELECT t.provider, t.status, t.delivery_state, sum(t.count)::bigint AS entries
FROM outbox.tally AS t
GROUP BY t.provider, t.status, t.delivery_state
HAVING sum(t.count) <> 0;

COMMENT ON VIEW monitor.outbox IS 'Entries of the outbox by provider, status and delivery state.';
COMMENT ON COLUMN monitor.outbox.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.outbox.status IS 'What users see: sent, failed or pending.';
COMMENT ON COLUMN monitor.outbox.delivery_state IS 'The exact state.';
COMMENT ON COLUMN monitor.outbox.entries IS 'Number of entries.';

COMMIT;
