-- Schema inbox: what providers called us with, byte for byte, append-only, one partition a day.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (2, 'inbox');

CREATE SCHEMA inbox;
COMMENT ON SCHEMA inbox IS
    'Raw webhooks: the evidence behind every state, kept byte for byte until the retention ends.';

CREATE TABLE inbox.webhook (
    id             uuid        NOT NULL,
    received_at    timestamptz NOT NULL,
    source         text        NOT NULL,
    account        text        NOT NULL,
    method         text        NOT NULL,
    path           bytea       NOT NULL,
    query          bytea       NOT NULL,
    content_type   bytea,
    headers        bytea       NOT NULL,
    body           bytea       NOT NULL,
    remote_address text        NOT NULL,
    CONSTRAINT webhook_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);

COMMENT ON TABLE inbox.webhook IS
    'Every webhook as it came, append-only, one partition a UTC day of its id. Written by the ingress in one '
    'statement with queue.webhook and queue.tally; read by workers and operators; partitions are made by '
    'inbox.make_days and emptied and dropped by inbox.prune. Nobody claims it, and no foreign key points at it: '
    'both would tie the dropping of a day to other tables.';
COMMENT ON COLUMN inbox.webhook.id IS
    'UUIDv7 made by the ingress at intake; its first 48 bits are received_at in ms since 1970. Repeating a commit '
    'in doubt repeats the id, and stores nothing.';
COMMENT ON COLUMN inbox.webhook.received_at IS 'When the request was complete, by the ingress''s clock, in ms.';
COMMENT ON COLUMN inbox.webhook.source IS
    'Which parser it is for: nxtele-receipt, nxtele-inbound, onoff-sms, or one that a later version knows.';
COMMENT ON COLUMN inbox.webhook.account IS 'Account of the key or token that it came with.';
COMMENT ON COLUMN inbox.webhook.method IS 'HTTP method.';
COMMENT ON COLUMN inbox.webhook.path IS 'Path of the request target as received, the token removed.';
COMMENT ON COLUMN inbox.webhook.query IS
    'Query of the request target as received, without ?, the token removed; empty if none.';
COMMENT ON COLUMN inbox.webhook.content_type IS 'Content-Type as received; NULL if none.';
COMMENT ON COLUMN inbox.webhook.headers IS
    'Chosen headers, one "name: value" CR LF line each, names in lower case, without secrets.';
COMMENT ON COLUMN inbox.webhook.body IS 'Body as received, at most POSTROOM_MAX_BODY_BYTES; empty if none.';
COMMENT ON COLUMN inbox.webhook.remote_address IS
    'Caller''s address; a trusted proxy''s word for it where there is one.';

-- LIKE, as inbox.make_days does it, rather than PARTITION OF: it copies the columns' comments too.
CREATE TABLE inbox.webhook_default (LIKE inbox.webhook INCLUDING ALL);
ALTER TABLE inbox.webhook ATTACH PARTITION inbox.webhook_default DEFAULT;
COMMENT ON TABLE inbox.webhook_default IS
    'Catches webhooks whose day has no partition, so that a missing one refuses nothing. inbox.make_days moves its '
    'rows into their day; what is past retention inbox.prune deletes.';

COMMIT;
