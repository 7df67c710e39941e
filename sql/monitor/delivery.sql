-- monitor.delivery: what became of the messages of each hour, by destination. From the tally, which keeps hours apart for
-- four days.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.delivery;

CREATE VIEW monitor.delivery AS
SELECT c.provider, c.destination, c.hour, c.delivered, c.failed, c.open,
       round(c.delivered::numeric / nullif(c.delivered + c.failed, 0), 4) AS rate
FROM (
    SELECT t.provider, t.destination, t.hour,
           coalesce(sum(t.count) FILTER (WHERE t.status = 'sent'), 0)::bigint AS delivered,
           coalesce(sum(t.count) FILTER (WHERE t.status = 'failed' AND t.delivery_state <> 'cancelled'), 0)::bigint
               AS failed,
           coalesce(sum(t.count) FILTER (WHERE t.status = 'pending'), 0)::bigint AS open
    FROM outbox.tally AS t
    WHERE t.hour > '-infinity'
    GROUP BY t.provider, t.destination, t.hour
) AS c
WHERE c.delivered <> 0 OR c.failed <> 0 OR c.open <> 0;

COMMENT ON VIEW monitor.delivery IS
    'Messages of the last four days by provider, destination and the hour they were accepted in. Cancelled ones are left '
    'out.';
COMMENT ON COLUMN monitor.delivery.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.delivery.destination IS 'Country code of the recipient, such as +49.';
COMMENT ON COLUMN monitor.delivery.hour IS 'Start of the hour in which they were accepted.';
COMMENT ON COLUMN monitor.delivery.delivered IS 'Those whose status is sent.';
COMMENT ON COLUMN monitor.delivery.failed IS 'Those whose status is failed.';
COMMENT ON COLUMN monitor.delivery.open IS 'Those that are pending.';
COMMENT ON COLUMN monitor.delivery.rate IS 'delivered / (delivered + failed); NULL where both are 0.';

COMMIT;
