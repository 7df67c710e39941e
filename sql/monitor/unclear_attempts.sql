-- monitor.unclear_attempts: sends whose outcome is not known yet. Of queue.lookup, which has a row for each (priority 0) and
-- for each accepted send whose receipt is still to come (1), it reads those of priority 0 by their deadlines, 10 000 at
-- most, by lookup_unclear_idx; of attempts and entries theirs. Those that were given up stay there until their receipt's
-- deadline, which is days later: what is past its deadline and not given up comes before them.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.unclear_attempts;

CREATE VIEW monitor.unclear_attempts AS
SELECT q.attempt_id, q.entry_id, e.account, q.provider, a.dispatched_at,
       extract(epoch FROM now() - a.dispatched_at)::numeric(15, 3) AS age_seconds,
       q.tries, q.due_at AS next_look_at, q.deadline_at
FROM (
    SELECT o.attempt_id, o.entry_id, o.provider, o.tries, o.due_at, o.deadline_at FROM queue.lookup AS o
    WHERE o.priority = 0
    ORDER BY o.deadline_at LIMIT 10000
) AS q
-- OFFSET 0 keeps each look-up on its index: a merge join would walk over every attempt there ever was.
CROSS JOIN LATERAL (
    SELECT t.dispatched_at FROM outbox.attempt AS t
    WHERE t.id = q.attempt_id AND t.state = 'unclear' AND t.unclear_deadline_passed_at IS NULL OFFSET 0
) AS a
CROSS JOIN LATERAL (SELECT n.account FROM outbox.entry AS n WHERE n.id = q.entry_id OFFSET 0) AS e
ORDER BY q.deadline_at
LIMIT 1000;

COMMENT ON VIEW monitor.unclear_attempts IS
    'Attempts that may or may not have reached the provider, while it is still being found out: the 1 000 whose '
    'deadline is next. Past it the account''s policy decides, and they are gone from here.';
COMMENT ON COLUMN monitor.unclear_attempts.attempt_id IS 'outbox.attempt.id: what the provider knows as sys_messageid.';
COMMENT ON COLUMN monitor.unclear_attempts.entry_id IS 'outbox.entry.id.';
COMMENT ON COLUMN monitor.unclear_attempts.account IS 'billing.account.name.';
COMMENT ON COLUMN monitor.unclear_attempts.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.unclear_attempts.dispatched_at IS
    'When it was committed as handed over, just before the call.';
COMMENT ON COLUMN monitor.unclear_attempts.age_seconds IS 'Seconds since then.';
COMMENT ON COLUMN monitor.unclear_attempts.tries IS
    'How often it was looked for and stayed open, whether or not the provider answered.';
COMMENT ON COLUMN monitor.unclear_attempts.next_look_at IS 'When it is looked at next.';
COMMENT ON COLUMN monitor.unclear_attempts.deadline_at IS 'When the account''s policy decides.';

COMMIT;
