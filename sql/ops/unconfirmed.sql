-- What the provider took and never reported on, by attempts whose deadline passed in the last 31 days: after it a message is
-- no longer in monitor.receipts_overdue. To be handed to the provider's support. Reads the attempts of 62 days by the
-- primary key, a deadline being 31 days at most.
SELECT a.provider_message_id, a.id AS attempt_id, e.id AS entry_id, e.account, a.settled_at AS accepted_at,
       a.deadline_passed_at
FROM outbox.attempt AS a
JOIN outbox.entry AS e ON e.id = a.entry_id
WHERE a.id >= ops.day_lowest_id(((now() - interval '62 days') AT TIME ZONE 'UTC')::date)
  AND a.deadline_passed_at >= now() - interval '31 days'
  AND e.delivery_state = 'unconfirmed'
  AND NOT EXISTS (SELECT FROM outbox.receipt AS r WHERE r.entry_id = e.id AND r.attempt_id = a.id AND r.rank > 1)
ORDER BY a.settled_at
LIMIT 100000;
