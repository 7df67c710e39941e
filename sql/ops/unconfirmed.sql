-- What the provider took and never reported on, of the last 31 days: after its deadline a message is no longer in
-- monitor.receipts_overdue. To be handed to the provider's support. Reads the entries of those days: about 0.5 s a million.
SELECT a.provider_message_id, a.id AS attempt_id, e.id AS entry_id, e.account, a.settled_at AS accepted_at,
       a.deadline_passed_at
FROM outbox.entry AS e
JOIN outbox.attempt AS a ON a.entry_id = e.id
WHERE e.id >= ops.day_lowest_id((now() - interval '31 days')::date)
  AND e.delivery_state = 'unconfirmed'
  AND a.deadline_passed_at IS NOT NULL
ORDER BY a.settled_at
LIMIT 100000;
