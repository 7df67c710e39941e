-- monitor.dead_letters: what could not be processed, by reason. Answered by webhook_dead_reason_idx alone.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.dead_letters;

CREATE VIEW monitor.dead_letters AS
SELECT d.source, d.account, d.reason, count(*) AS dead,
       min(d.buried_at) AS first_buried_at, max(d.buried_at) AS last_buried_at
FROM queue.webhook_dead AS d
GROUP BY d.source, d.account, d.reason;

COMMENT ON VIEW monitor.dead_letters IS
    'Dead letters by source, account and reason. To see and replay them: postroom dead.';
COMMENT ON COLUMN monitor.dead_letters.source IS 'As in inbox.webhook.';
COMMENT ON COLUMN monitor.dead_letters.account IS 'As in inbox.webhook.';
COMMENT ON COLUMN monitor.dead_letters.reason IS 'Stable code of why it could not be processed.';
COMMENT ON COLUMN monitor.dead_letters.dead IS 'Number of dead letters.';
COMMENT ON COLUMN monitor.dead_letters.first_buried_at IS 'When the first of them was buried, or its last replay failed.';
COMMENT ON COLUMN monitor.dead_letters.last_buried_at IS 'When the last of them was buried, likewise.';

COMMIT;
