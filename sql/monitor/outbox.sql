-- monitor.outbox: entries by provider and state. Reads the whole of outbox.entry: an index on the state would end its
-- HOT updates, on which the speed of the workers stands.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.outbox;

CREATE VIEW monitor.outbox AS
SELECT e.provider, e.status, e.delivery_state, count(*) AS entries,
       min(e.created_at) AS first_created_at, max(e.created_at) AS last_created_at
FROM outbox.entry AS e
GROUP BY e.provider, e.status, e.delivery_state;

COMMENT ON VIEW monitor.outbox IS 'Entries of the outbox by provider, status and delivery state.';
COMMENT ON COLUMN monitor.outbox.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.outbox.status IS 'What users see: sent, failed or pending.';
COMMENT ON COLUMN monitor.outbox.delivery_state IS 'The exact state.';
COMMENT ON COLUMN monitor.outbox.entries IS 'Number of entries.';
COMMENT ON COLUMN monitor.outbox.first_created_at IS 'When the first of them was accepted.';
COMMENT ON COLUMN monitor.outbox.last_created_at IS 'When the last of them was accepted.';

COMMIT;
