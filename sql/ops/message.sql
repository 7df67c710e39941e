-- One message's whole story in the order in which it happened: the entry, its attempts, receipts with the webhooks that brought
-- them, what it cost, what still waits for it, and what its account was told. Give its outboxId, or what else is known of it:
--     psql --set message=… --file sql/ops/message.sql
-- An attempt's id (sys_messageid, ext), the provider's message id, or a number as +4915112345678: of that the latest 20
-- messages. Each look is by an index. Of notifications, those of the hour after the last that happened to it are looked at.
WITH given AS MATERIALIZED (
    SELECT w.text, CASE WHEN w.text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN w.text::uuid END AS id
    FROM (SELECT trim(:'message') AS text) AS w
), found AS MATERIALIZED (
    SELECT e.id FROM given AS g JOIN outbox.entry AS e ON e.id = g.id
    UNION
    SELECT a.entry_id FROM given AS g JOIN outbox.attempt AS a ON a.id = g.id
    UNION
    SELECT a.entry_id FROM given AS g JOIN outbox.attempt AS a ON a.provider_message_id = g.text
    UNION
    SELECT e.id
    FROM given AS g
    CROSS JOIN billing.account AS b
    CROSS JOIN LATERAL (
        SELECT one.id FROM outbox.entry AS one
        WHERE one.account = b.name AND one.recipient_phone_number = g.text
        ORDER BY one.id DESC LIMIT 20
    ) AS e
), message AS MATERIALIZED (
    SELECT f.id FROM found AS f ORDER BY f.id DESC LIMIT 20
), step AS MATERIALIZED (
    SELECT m.id, s.place, s.at, s.what, s.detail
    FROM message AS m
    CROSS JOIN LATERAL (
        SELECT 0 AS place, e.created_at AS at, 'entry' AS what,
               concat_ws(', ', e.account || '/' || e.user_id, 'to ' || e.recipient_phone_number, 'from ' || e.sender_id,
                         e.sms_units_used || ' parts', e.total_cost || ' ' || e.currency, 'messageId ' || e.message_id,
                         'scheduled for ' || e.scheduled_at, 'now ' || e.status || '/' || e.delivery_state,
                         e.error_details) AS detail
        FROM outbox.entry AS e WHERE e.id = m.id
        UNION ALL
        SELECT 1, coalesce(a.dispatched_at, a.prepared_at), 'attempt ' || a.cycle || '.' || a.number,
               concat_ws(', ', a.state, CASE WHEN NOT a.counts THEN 'does not count' END,
                         CASE WHEN a.provider_failed THEN 'no retry was left' END, 'code ' || a.provider_code,
                         a.provider_answer, 'settled ' || a.settled_at, a.provider || ' ' || a.provider_message_id,
                         'attempt ' || a.id)
        FROM outbox.attempt AS a WHERE a.entry_id = m.id
        UNION ALL
        SELECT 1, d.at, d.what, 'of attempt ' || a.cycle || '.' || a.number
        FROM outbox.attempt AS a
        CROSS JOIN LATERAL (
            VALUES (a.unclear_deadline_passed_at, 'given up as unclear'), (a.deadline_passed_at, 'receipt given up')
        ) AS d (at, what)
        WHERE a.entry_id = m.id AND d.at IS NOT NULL
        UNION ALL
        SELECT 1, d.at, d.what, NULL
        FROM outbox.entry AS e
        CROSS JOIN LATERAL (
            VALUES (e.cancelled_at, 'cancelled'), (e.expired_at, 'expired'), (e.suppressed_at, 'suppressed')
        ) AS d (at, what)
        WHERE e.id = m.id AND d.at IS NOT NULL
        UNION ALL
        SELECT 2, r.received_at, 'receipt',
               concat_ws(', ', 'status ' || r.status, nullif(r.result, ''), 'reported ' || nullif(r.reported_time, ''),
                         r.price || ' x ' || r.size || ' ' || coalesce(r.currency, ''), r.source, 'webhook ' || r.webhook_id,
                         'attempt ' || r.attempt_id)
        FROM outbox.receipt AS r WHERE r.entry_id = m.id
        UNION ALL
        SELECT 3, l.created_at, l.kind, concat_ws(', ', l.amount, 'balance ' || l.balance_after, 'cycle ' || l.cycle)
        FROM billing.ledger_entry AS l WHERE l.entry_id = m.id
        UNION ALL
        SELECT 4, q.due_at, 'to be sent',
               concat_ws(', ', 'tried ' || q.tries || ' times, ' || q.counted || ' count', 'until ' || q.give_up_at,
                         'leased until ' || q.lease_until)
        FROM queue.send AS q WHERE q.entry_id = m.id
        UNION ALL
        SELECT 5, k.due_at, 'to be looked up',
               concat_ws(', ', CASE k.priority WHEN 0 THEN 'its outcome' ELSE 'its receipt' END, 'asked ' || k.tries || ' times',
                         'until ' || k.deadline_at)
        FROM outbox.attempt AS a JOIN queue.lookup AS k ON k.attempt_id = a.id WHERE a.entry_id = m.id
    ) AS s
), last AS (
    SELECT s.id, e.account, e.created_at, max(s.at) AS at
    FROM step AS s JOIN outbox.entry AS e ON e.id = s.id
    WHERE s.at <= now()
    GROUP BY s.id, e.account, e.created_at
)
SELECT t.id AS outbox_id, t.at, t.what, t.detail
FROM (
    SELECT s.id, s.place, s.at, s.what, s.detail FROM step AS s
    UNION ALL
    SELECT l.id, 6, n.created_at, n.kind, concat_ws(', ', n.event_count || ' together', d.detail, 'notification ' || n.id)
    FROM last AS l
    JOIN alert.notification AS n
        ON n.account = l.account
       AND n.id BETWEEN ops.time_lowest_id(l.created_at) AND ops.time_lowest_id(l.at + interval '1 hour')
       AND (n.data ->> 'outboxId' = l.id::text OR n.data -> 'subjects' ? l.id::text)
    LEFT JOIN LATERAL (
        SELECT string_agg(v.outcome || ' ' || v.tried_at, ', ' ORDER BY v.tried_at) AS detail
        FROM alert.delivery AS v WHERE v.notification_id = n.id
    ) AS d ON true
) AS t
ORDER BY t.id DESC, t.at, t.place;
