-- monitor.receipts_overdue: accepted sends whose receipt should be there. Reads queue.lookup, which has a row for each
-- accepted send whose receipt is still to come, an hour of them where all is well; so it looks at the 1 000 oldest, by the
-- primary key, whose order is that of time: what is overdue comes first. Of attempts, entries and receipts only theirs.
-- A function, as `postroom receipts overdue` looks at all of them; it looks with the owner's eyes, as the view does.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.receipts_overdue;
DROP FUNCTION IF EXISTS monitor.overdue_receipts(bigint);

CREATE FUNCTION monitor.overdue_receipts(looked_at_max bigint)
RETURNS TABLE (attempt_id uuid, entry_id uuid, account text, provider text, provider_message_id text,
               dispatched_at timestamptz, accepted_at timestamptz, overdue_since timestamptz, tries integer,
               next_look_at timestamptz, deadline_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET enable_seqscan = off   -- the bound is not known when it is planned, nor that the index is the better way for it
SET enable_sort = off
BEGIN ATOMIC
SELECT q.attempt_id, q.entry_id, e.account, q.provider, a.provider_message_id, a.dispatched_at,
       a.settled_at AS accepted_at, CASE WHEN q.tries = 0 THEN q.due_at END AS overdue_since,
       q.tries, q.due_at AS next_look_at, q.deadline_at
FROM (
    SELECT o.attempt_id, o.entry_id, o.provider, o.tries, o.due_at, o.deadline_at FROM queue.lookup AS o
    WHERE o.priority = 1
    ORDER BY o.attempt_id LIMIT looked_at_max
) AS q
-- OFFSET 0 keeps each look-up on its index, as in monitor.unclear_attempts.
CROSS JOIN LATERAL (
    SELECT t.provider_message_id, t.dispatched_at, t.settled_at FROM outbox.attempt AS t
    WHERE t.id = q.attempt_id AND t.state = 'accepted' OFFSET 0
) AS a
CROSS JOIN LATERAL (SELECT n.account FROM outbox.entry AS n WHERE n.id = q.entry_id OFFSET 0) AS e
-- Whoever was asked about once was due once.
WHERE (q.due_at <= now() OR q.tries > 0)
  AND NOT EXISTS (
      SELECT FROM outbox.receipt AS r
      WHERE r.entry_id = q.entry_id AND r.attempt_id = q.attempt_id AND r.rank > 1 OFFSET 0);
END;
COMMENT ON FUNCTION monitor.overdue_receipts(bigint) IS
    'What monitor.receipts_overdue shows, of as many of the oldest sends that are looked for, seen with the owner''s eyes.';
REVOKE ALL ON FUNCTION monitor.overdue_receipts(bigint) FROM PUBLIC;

CREATE VIEW monitor.receipts_overdue AS
SELECT o.attempt_id, o.entry_id, o.account, o.provider, o.provider_message_id, o.dispatched_at, o.accepted_at,
       o.overdue_since, o.tries, o.next_look_at, o.deadline_at
FROM monitor.overdue_receipts(1000) AS o;

COMMENT ON VIEW monitor.receipts_overdue IS
    'Accepted attempts without a receipt that decides, past the time it should have come, among the 1 000 oldest that are '
    'looked for; all of them: postroom receipts overdue. To be handed to the provider''s support. At the deadline the '
    'message becomes unconfirmed, and is gone from here.';
COMMENT ON COLUMN monitor.receipts_overdue.attempt_id IS
    'outbox.attempt.id: what the provider knows as sys_messageid and ext.';
COMMENT ON COLUMN monitor.receipts_overdue.entry_id IS 'outbox.entry.id.';
COMMENT ON COLUMN monitor.receipts_overdue.account IS 'billing.account.name.';
COMMENT ON COLUMN monitor.receipts_overdue.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.receipts_overdue.provider_message_id IS
    'The provider''s own id from its answer; NULL if it gave none.';
COMMENT ON COLUMN monitor.receipts_overdue.dispatched_at IS 'When it was handed over.';
COMMENT ON COLUMN monitor.receipts_overdue.accepted_at IS 'When the provider accepted it.';
COMMENT ON COLUMN monitor.receipts_overdue.overdue_since IS
    'When the receipt was to be there; NULL once it was looked for, which put next_look_at off.';
COMMENT ON COLUMN monitor.receipts_overdue.tries IS
    'How often it was looked for and stayed open, whether or not the provider answered.';
COMMENT ON COLUMN monitor.receipts_overdue.next_look_at IS 'When it is looked for next.';
COMMENT ON COLUMN monitor.receipts_overdue.deadline_at IS 'When looking ends.';

COMMIT;
