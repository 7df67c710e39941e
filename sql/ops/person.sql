-- All that is known of one number, for who asks what is held of him: messages with their text, attempts, receipts, Onoff's log
-- and its other events, inbound SMS, raw webhooks, dead letters, opt-outs, providers' day lists. The latest first:
--     psql --set number=+4915112345678 --file sql/ops/person.sql
-- Messages are found by indexes; the rest is read whole, the inbox's bodies among it: minutes where there are millions. As a
-- role without the operator's time limit, where they are.
-- In bytes (webhooks, dead letters, other events) the number is found by its digits with their country code, as they stand or
-- each percent-encoded, and by the webhook that a row here came with. Not found: a national form (0151…), digits with something
-- between them, and, but in bytes, a number in somebody else's message, its text, tags or custom data. Not in this database:
-- spool files, logs of balancers, backups.
WITH given AS MATERIALIZED (
    SELECT '+' || w.digits AS number, w.digits, convert_to(w.digits, 'UTF8') AS bytes,
           convert_to(regexp_replace(w.digits, '(.)', '%3\1', 'g'), 'UTF8') AS encoded,
           -- Not a part of a longer number. What comes before may itself be written with digits: %20, \303.
           '(^|[^0-9]|%[0-9A-Fa-f]{2}|\\[0-7]{3})(00)?(' || w.digits || '|'
               || regexp_replace(w.digits, '(.)', '%3\1', 'g') || ')($|[^0-9])' AS pattern
    FROM (SELECT regexp_replace(:'number', '[^0-9]', '', 'g') AS digits) AS w
), entry AS MATERIALIZED (
    SELECT e.* FROM given AS g
    CROSS JOIN billing.account AS b
    JOIN outbox.entry AS e ON e.account = b.name AND e.recipient_phone_number = g.number
), receipt AS MATERIALIZED (
    SELECT r.* FROM entry AS e JOIN outbox.receipt AS r ON r.entry_id = e.id
    UNION ALL
    SELECT r.* FROM given AS g JOIN outbox.receipt AS r
        ON r.entry_id IS NULL AND regexp_replace(r.phone, '[^0-9]', '', 'g') = g.digits
), log AS MATERIALIZED (
    SELECT l.* FROM given AS g JOIN sms_log.entry AS l ON g.number IN (l.external_number, l.user_number)
), inbound AS MATERIALIZED (
    SELECT i.* FROM given AS g JOIN sms_log.inbound AS i ON g.number IN (i.from_number, i.to_number)
), other AS MATERIALIZED (
    SELECT o.* FROM given AS g JOIN sms_log.other_event AS o
        ON (position(g.bytes IN o.payload) > 0 OR position(g.encoded IN o.payload) > 0)
       AND encode(o.payload, 'escape') ~ g.pattern
), webhook AS MATERIALIZED (
    SELECT w.id FROM given AS g JOIN inbox.webhook AS w
        ON (position(g.bytes IN w.query || w.body) > 0 OR position(g.encoded IN w.query || w.body) > 0)
       AND encode(w.query || '\x20'::bytea || w.body, 'escape') ~ g.pattern
    UNION SELECT r.webhook_id FROM receipt AS r WHERE r.webhook_id IS NOT NULL
    UNION SELECT l.webhook_id FROM log AS l
    UNION SELECT i.webhook_id FROM inbound AS i
    UNION SELECT o.webhook_id FROM other AS o
)
SELECT t.at, t.what, t.account, t.id, t.detail
FROM (
    SELECT e.created_at AS at, 'message' AS what, e.account, e.id::text AS id,
           concat_ws(', ', 'user ' || e.user_id, 'from ' || e.sender_id, 'messageId ' || e.message_id, e.message_name,
                     'now ' || e.status || '/' || e.delivery_state, 'tags ' || nullif(e.tags, '{}')::text,
                     'customData ' || nullif(e.custom_data, '{}')::text, 'text: ' || e.message) AS detail
    FROM entry AS e
    UNION ALL
    SELECT a.prepared_at, 'attempt', e.account, a.id::text,
           concat_ws(', ', 'of message ' || a.entry_id, a.state, a.provider || ' ' || a.provider_message_id, a.provider_answer)
    FROM entry AS e JOIN outbox.attempt AS a ON a.entry_id = e.id
    UNION ALL
    SELECT r.received_at, 'receipt', r.account, r.id::text,
           concat_ws(', ', coalesce('of message ' || r.entry_id, 'of no message'), r.phone, 'status ' || r.status, r.result,
                     r.reported_time, r.price || ' x ' || r.size, 'webhook ' || r.webhook_id)
    FROM receipt AS r
    UNION ALL
    SELECT l.received_at, 'log', l.account, l.event_id,
           concat_ws(', ', l.direction, l.user_name, l.user_email, l.user_number, l.external_number, l.external_name,
                     l.external_email, l.occurred_at_raw, 'webhook ' || l.webhook_id, 'text: ' || l.body)
    FROM log AS l
    UNION ALL
    SELECT i.received_at, 'inbound', i.account, i.id::text,
           concat_ws(', ', 'from ' || i.from_number, 'to ' || i.to_number, i.reported_time, 'webhook ' || i.webhook_id,
                     'text: ' || i.body)
    FROM inbound AS i
    UNION ALL
    SELECT o.received_at, 'other event', o.account, o.event_id,
           concat_ws(', ', o.event_name, 'webhook ' || o.webhook_id, encode(o.payload, 'escape'))
    FROM other AS o
    UNION ALL
    SELECT w.received_at, 'webhook', w.account, w.id::text,
           concat_ws(', ', w.source, 'from ' || w.remote_address, nullif(encode(w.query, 'escape'), ''), encode(w.body, 'escape'))
    FROM webhook AS f JOIN inbox.webhook AS w ON w.id = f.id
    UNION ALL
    SELECT d.received_at, 'dead letter', d.account, d.webhook_id::text,
           concat_ws(', ', d.source, d.reason, 'from ' || d.remote_address, nullif(encode(d.query, 'escape'), ''),
                     encode(d.body, 'escape'))
    FROM given AS g JOIN queue.webhook_dead AS d ON encode(d.query || '\x20'::bytea || d.body, 'escape') ~ g.pattern
    UNION ALL
    SELECT s.received_at, s.kind, s.account, s.event_key, concat_ws(', ', 'by ' || s.source, s.word, s.actor, s.note)
    FROM given AS g JOIN outbox.suppression_event AS s ON s.number = g.number
    UNION ALL
    SELECT c.imported_at, 'day list', NULL, c.message_id,
           concat_ws(', ', c.provider || ' ' || c.day, c.phone, 'from ' || c.sender_id, c.report,
                     c.price_text || ' x ' || c.size_text)
    FROM given AS g JOIN billing.cdr AS c ON regexp_replace(c.phone, '[^0-9]', '', 'g') = g.digits
) AS t
ORDER BY t.at DESC, t.what, t.id;
