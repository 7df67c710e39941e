-- After a restore, before a send worker starts: what waits and may have been sent in the stretch that was lost, because it
-- was due before the old server ended. As it stands, what is due now; see "Restore" in deploy/runbook.md.
SELECT q.account,
       q.provider,
       count(*) AS sends,
       count(*) FILTER (WHERE q.tries > 0) AS tried_before,
       min(q.due_at) AS first_due_at,
       max(q.due_at) AS last_due_at
FROM queue.send AS q
WHERE q.due_at <= now()
GROUP BY q.account, q.provider
ORDER BY sends DESC;
