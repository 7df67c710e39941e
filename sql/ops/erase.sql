-- Forgets one number, as far as money and the wish to be left alone allow. As the owner, after sql/ops/person.sql, and "Somebody
-- asks what is known of his number" in deploy/runbook.md:
--     psql --set ON_ERROR_STOP=1 --set number=+4915112345678 --file sql/ops/erase.sql
-- Prints how many rows of each table it changed or deleted; run once more, it prints what came since. One transaction: where it
-- fails, nothing was done.
--
-- Blanked, not deleted, are messages, attempts, receipts and records of day lists: ledger, counts and costs follow from them.
-- Their number becomes a country code and zeros, which are nobody's; text, tags, custom data and the provider's answer go. That
-- number is put on the accounts' lists of opt-outs, so that nobody can have such a message sent again.
-- Deleted are Onoff's log and other events, inbound SMS, dead letters (counted as discarded) and raw webhooks: these as a whole,
-- whoever else they name, and because `postroom replay` would make the rows anew. Do not run it beside a replay. Of a number of
-- your own it deletes everything that came to it.
-- Kept: outbox.suppression_event, or the next message would go out; the caller's messageId, which keeps a repeated send from
-- being a second SMS; the keys of receipts, hashes in which the number is a part.
-- Refused while a message to it is pending, is looked up, or a webhook of it waits. What comes of it later is stored as ever: a
-- late receipt belongs to no message then, until this file is run again; after that it counts as any other does.
-- Not found: what sql/ops/person.sql does not find. Locks: the rows. Reads log and inbox whole, as that does.
BEGIN;

SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;

CREATE TEMPORARY TABLE erase_given ON COMMIT DROP AS
SELECT w.text, '+' || w.digits AS number, w.digits, convert_to(w.digits, 'UTF8') AS bytes,
       rpad(billing.calling_code(w.digits), 7, '0') AS blank,
       convert_to(regexp_replace(w.digits, '(.)', '%3\1', 'g'), 'UTF8') AS encoded,
       '(^|[^0-9]|%[0-9A-Fa-f]{2}|\\[0-7]{3})(00)?(' || w.digits || '|'
           || regexp_replace(w.digits, '(.)', '%3\1', 'g') || ')($|[^0-9])' AS pattern
FROM (SELECT trim(:'number') AS text, regexp_replace(:'number', '[^0-9]', '', 'g') AS digits) AS w;

DO $$
BEGIN
    IF (SELECT g.text !~ '^\+[1-9][0-9]{6,14}$' OR g.digits = g.blank FROM pg_temp.erase_given AS g) THEN
        RAISE 'give the number as +4915112345678';
    END IF;
END
$$;

CREATE TEMPORARY TABLE erase_count (place integer, what text, rows bigint) ON COMMIT DROP;

CREATE TEMPORARY TABLE erase_entry ON COMMIT DROP AS
SELECT e.id, e.account FROM erase_given AS g
CROSS JOIN billing.account AS b
JOIN outbox.entry AS e ON e.account = b.name AND e.recipient_phone_number = g.number;

-- The webhooks before what they became: none of them can be under way any more once it is seen not to wait.
CREATE TEMPORARY TABLE erase_webhook ON COMMIT DROP AS
SELECT w.id FROM erase_given AS g JOIN inbox.webhook AS w
    ON (position(g.bytes IN w.query || w.body) > 0 OR position(g.encoded IN w.query || w.body) > 0)
   AND encode(w.query || '\x20'::bytea || w.body, 'escape') ~ g.pattern;

DO $$
BEGIN
    IF EXISTS (SELECT FROM queue.webhook AS q JOIN pg_temp.erase_webhook AS w ON w.id = q.webhook_id) THEN
        RAISE 'a webhook of this number waits to be processed: start a webhook worker, and try again';
    END IF;
END
$$;

-- In the order in which everybody locks: attempts and receipts, then messages.
WITH done AS (
    UPDATE outbox.attempt AS a SET recipient_phone_number = '+' || g.blank, provider_answer = NULL
    FROM erase_given AS g, erase_entry AS e WHERE a.entry_id = e.id
    RETURNING a.id
)
INSERT INTO erase_count SELECT 2, 'outbox.attempt blanked', count(*) FROM done;

WITH done AS (
    UPDATE outbox.receipt AS r SET phone = g.blank
    FROM erase_given AS g
    WHERE r.id IN (SELECT o.id FROM erase_entry AS e JOIN outbox.receipt AS o ON o.entry_id = e.id
                   UNION ALL
                   SELECT o.id FROM erase_given AS h JOIN outbox.receipt AS o
                       ON o.entry_id IS NULL AND regexp_replace(o.phone, '[^0-9]', '', 'g') = h.digits
                   UNION ALL
                   -- Tied by a worker that still saw the number while an earlier run was under way.
                   SELECT o.id FROM erase_given AS h CROSS JOIN billing.account AS b
                   JOIN outbox.entry AS e ON e.account = b.name AND e.recipient_phone_number = '+' || h.blank
                   JOIN outbox.receipt AS o ON o.entry_id = e.id
                   WHERE regexp_replace(o.phone, '[^0-9]', '', 'g') = h.digits)
    RETURNING r.webhook_id
), brought AS (
    INSERT INTO erase_webhook SELECT d.webhook_id FROM done AS d WHERE d.webhook_id IS NOT NULL
)
INSERT INTO erase_count SELECT 3, 'outbox.receipt blanked', count(*) FROM done;

WITH locked AS MATERIALIZED (
    SELECT e.id FROM erase_entry AS f JOIN outbox.entry AS e ON e.id = f.id ORDER BY e.id FOR NO KEY UPDATE OF e
), done AS (
    UPDATE outbox.entry AS e
    SET recipient_phone_number = '+' || g.blank, message = '', message_name = NULL, tags = '{}', custom_data = '{}',
        content_hash = NULL
    FROM erase_given AS g, locked AS l WHERE e.id = l.id
    RETURNING e.id
)
INSERT INTO erase_count SELECT 1, 'outbox.entry blanked', count(*) FROM done;

-- Under their locks: none becomes pending any more.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_temp.erase_entry AS f JOIN outbox.entry AS e ON e.id = f.id WHERE e.status = 'pending')
        OR EXISTS (SELECT FROM pg_temp.erase_entry AS f JOIN queue.send AS q ON q.entry_id = f.id)
        OR EXISTS (SELECT FROM pg_temp.erase_entry AS f JOIN outbox.attempt AS a ON a.entry_id = f.id
                   JOIN queue.lookup AS k ON k.attempt_id = a.id) THEN
        RAISE 'a message to this number is pending, or its receipt is still looked for: cancel it, or wait for its end';
    END IF;
END
$$;

INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, actor, note)
SELECT f.account, '+' || g.blank, 'operator', gen_random_uuid()::text, 'suppressed',
       greatest(now(), l.received_at + interval '1 microsecond'), 'sql/ops/erase.sql', 'Stands for numbers that were erased.'
FROM erase_given AS g
CROSS JOIN (SELECT DISTINCT e.account FROM erase_entry AS e) AS f
LEFT JOIN LATERAL (
    SELECT s.kind, s.received_at FROM outbox.suppression_event AS s
    WHERE s.account = f.account AND s.number = '+' || g.blank
    ORDER BY s.received_at DESC, s.kind DESC LIMIT 1
) AS l ON true
WHERE l.kind IS DISTINCT FROM 'suppressed';

WITH done AS (
    DELETE FROM sms_log.entry AS l USING erase_given AS g WHERE g.number IN (l.external_number, l.user_number)
    RETURNING l.webhook_id
), brought AS (
    INSERT INTO erase_webhook SELECT d.webhook_id FROM done AS d
)
INSERT INTO erase_count SELECT 4, 'sms_log.entry deleted', count(*) FROM done;

WITH done AS (
    DELETE FROM sms_log.inbound AS i USING erase_given AS g WHERE g.number IN (i.from_number, i.to_number)
    RETURNING i.webhook_id
), brought AS (
    INSERT INTO erase_webhook SELECT d.webhook_id FROM done AS d
)
INSERT INTO erase_count SELECT 5, 'sms_log.inbound deleted', count(*) FROM done;

WITH done AS (
    DELETE FROM sms_log.other_event AS o USING erase_given AS g
    WHERE (position(g.bytes IN o.payload) > 0 OR position(g.encoded IN o.payload) > 0)
      AND encode(o.payload, 'escape') ~ g.pattern
    RETURNING o.webhook_id
), brought AS (
    INSERT INTO erase_webhook SELECT d.webhook_id FROM done AS d
)
INSERT INTO erase_count SELECT 6, 'sms_log.other_event deleted', count(*) FROM done;

-- Counted as `postroom dead discard` counts them, or monitor.conservation would miss them.
WITH done AS (
    DELETE FROM queue.webhook_dead AS d USING erase_given AS g
    WHERE encode(d.query || '\x20'::bytea || d.body, 'escape') ~ g.pattern
    RETURNING d.webhook_id, d.source
), tallied AS (
    INSERT INTO queue.tally (source, intake_day, kind, count)
    SELECT d.source, ops.webhook_day(d.webhook_id), k.kind, sum(k.sign)
    FROM done AS d CROSS JOIN (VALUES ('dead', -1), ('discarded', 1)) AS k (kind, sign)
    GROUP BY 1, 2, 3
), brought AS (
    INSERT INTO erase_webhook SELECT d.webhook_id FROM done AS d
)
INSERT INTO erase_count SELECT 7, 'queue.webhook_dead deleted', count(*) FROM done;

WITH done AS (
    DELETE FROM inbox.webhook AS w WHERE w.id IN (SELECT f.id FROM erase_webhook AS f) RETURNING w.id
)
INSERT INTO erase_count SELECT 8, 'inbox.webhook deleted', count(*) FROM done;

WITH done AS (
    UPDATE billing.cdr AS c SET phone = g.blank
    FROM erase_given AS g WHERE regexp_replace(c.phone, '[^0-9]', '', 'g') = g.digits
    RETURNING c.place
)
INSERT INTO erase_count SELECT 9, 'billing.cdr blanked', count(*) FROM done;

SELECT c.what, c.rows FROM erase_count AS c ORDER BY c.place;

COMMIT;
