-- monitor.suppressions: who has opted out, by account. Reads the index of suppression events, which are as many as people
-- ever said STOP or START: few beside what is sent (measured: 29 ms at 100 000).
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.suppressions;

CREATE VIEW monitor.suppressions AS
SELECT latest.account, count(*) FILTER (WHERE latest.kind = 'suppressed') AS suppressed,
       count(*) FILTER (WHERE latest.kind = 'lifted') AS lifted, max(latest.received_at) AS last_change_at
FROM (
    SELECT DISTINCT ON (e.account, e.number) e.account, e.kind, e.received_at
    FROM outbox.suppression_event AS e
    ORDER BY e.account, e.number, e.received_at DESC, e.kind DESC
) AS latest
GROUP BY latest.account;

COMMENT ON VIEW monitor.suppressions IS
    'Per account, the recipients who have opted out of its messages, and those who did and have opted in again.';
COMMENT ON COLUMN monitor.suppressions.account IS 'Whose messages. One that nobody ever opted out of has no row.';
COMMENT ON COLUMN monitor.suppressions.suppressed IS 'Numbers that it may not send to now.';
COMMENT ON COLUMN monitor.suppressions.lifted IS 'Numbers that it may send to again, or that only ever said START.';
COMMENT ON COLUMN monitor.suppressions.last_change_at IS 'Place in time of the latest event.';

COMMIT;
