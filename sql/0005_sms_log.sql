-- Schema sms_log: Onoff's log of SMS, what else it reports, and inbound SMS.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (5, 'sms_log');

CREATE SCHEMA sms_log;
COMMENT ON SCHEMA sms_log IS
    'What happened on phones rather than in our outbox: Onoff''s log, its other events, and SMS sent to our '
    'numbers.';

CREATE TABLE sms_log.entry (
    account             text        NOT NULL,
    event_id            text        NOT NULL,
    webhook_id          uuid        NOT NULL,
    received_at         timestamptz NOT NULL,
    direction           text        NOT NULL,
    user_name           text        NOT NULL,
    user_email          text        NOT NULL,
    user_number         text        NOT NULL,
    user_number_raw     text        NOT NULL,
    external_number     text        NOT NULL,
    external_number_raw text        NOT NULL,
    external_name       text,
    external_email      text,
    occurred_at         timestamptz,
    occurred_at_raw     text        NOT NULL,
    body                text        NOT NULL,
    content_hash        bigint      NOT NULL,
    CONSTRAINT entry_pkey PRIMARY KEY (account, event_id)
);
COMMENT ON TABLE sms_log.entry IS
    'Onoff''s log: one row per SMS a user sent or received. Written by webhook workers, never changed afterwards; '
    'nobody claims it.';
COMMENT ON COLUMN sms_log.entry.account IS 'Account of the key or token that it came with.';
COMMENT ON COLUMN sms_log.entry.event_id IS 'Onoff''s id of the event, opaque text; unique per account.';
COMMENT ON COLUMN sms_log.entry.webhook_id IS 'inbox.webhook.id of its first arrival.';
COMMENT ON COLUMN sms_log.entry.received_at IS 'That webhook''s received_at.';
COMMENT ON COLUMN sms_log.entry.direction IS 'smsDirection: SENT, RECEIVED, or what else came.';
COMMENT ON COLUMN sms_log.entry.user_name IS 'onoffUserName.';
COMMENT ON COLUMN sms_log.entry.user_email IS 'onoffUserEmail.';
COMMENT ON COLUMN sms_log.entry.user_number IS
    'onoffUserNumber in E.164 with + where it could be read as such, else as it came.';
COMMENT ON COLUMN sms_log.entry.user_number_raw IS 'onoffUserNumber as it came.';
COMMENT ON COLUMN sms_log.entry.external_number IS
    'The other party''s number in E.164 with + where it could be read as such, else as it came.';
COMMENT ON COLUMN sms_log.entry.external_number_raw IS 'externalNumber as it came.';
COMMENT ON COLUMN sms_log.entry.external_name IS 'externalName; NULL where the other party is no contact.';
COMMENT ON COLUMN sms_log.entry.external_email IS 'externalEmail; NULL where the other party is no contact.';
COMMENT ON COLUMN sms_log.entry.occurred_at IS 'date, where it could be read; else NULL.';
COMMENT ON COLUMN sms_log.entry.occurred_at_raw IS 'date as it came.';
COMMENT ON COLUMN sms_log.entry.body IS 'Text of the SMS.';
COMMENT ON COLUMN sms_log.entry.content_hash IS
    'First 64 bits of a hash of identity and content: the same key with another hash is a conflict; the first '
    'stored stands.';

CREATE TABLE sms_log.other_event (
    account      text        NOT NULL,
    event_id     text        NOT NULL,
    event_name   text        NOT NULL,
    webhook_id   uuid        NOT NULL,
    received_at  timestamptz NOT NULL,
    payload      bytea       NOT NULL,
    content_hash bigint      NOT NULL,
    CONSTRAINT other_event_pkey PRIMARY KEY (account, event_name, event_id)
);
COMMENT ON TABLE sms_log.other_event IS
    'Onoff events of kinds that are only kept (calls, voicemail, recordings, what is yet unknown). Written by '
    'webhook workers, never changed afterwards; nobody claims it.';
COMMENT ON COLUMN sms_log.other_event.account IS 'Account of the key or token that it came with.';
COMMENT ON COLUMN sms_log.other_event.event_id IS 'Onoff''s id of the event; unique per account and event name.';
COMMENT ON COLUMN sms_log.other_event.event_name IS 'eventName as it came.';
COMMENT ON COLUMN sms_log.other_event.webhook_id IS 'inbox.webhook.id of its first arrival.';
COMMENT ON COLUMN sms_log.other_event.received_at IS 'That webhook''s received_at.';
COMMENT ON COLUMN sms_log.other_event.payload IS 'The JSON as it came.';
COMMENT ON COLUMN sms_log.other_event.content_hash IS
    'First 64 bits of a hash of identity and content: the same key with another hash is a conflict; the first '
    'stored stands.';

CREATE TABLE sms_log.inbound (
    id               uuid        NOT NULL,
    provider         text        NOT NULL,
    account          text        NOT NULL,
    webhook_id       uuid        NOT NULL,
    received_at      timestamptz NOT NULL,
    message_id       text        NOT NULL,
    from_number      text        NOT NULL,
    from_number_raw  text        NOT NULL,
    to_number        text        NOT NULL,
    to_number_raw    text        NOT NULL,
    body             text        NOT NULL,
    reported_time    text        NOT NULL,
    size             integer,
    price            numeric,
    content_hash     bigint      NOT NULL,
    CONSTRAINT inbound_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE sms_log.inbound IS
    'SMS that people sent to our numbers. Written by webhook workers, never changed afterwards; nobody claims it.';
COMMENT ON COLUMN sms_log.inbound.id IS 'The dedupe key, made as outbox.receipt.id is.';
COMMENT ON COLUMN sms_log.inbound.provider IS 'ops.provider.name.';
COMMENT ON COLUMN sms_log.inbound.account IS 'Account of the key or token that it came with.';
COMMENT ON COLUMN sms_log.inbound.webhook_id IS 'inbox.webhook.id of its first arrival.';
COMMENT ON COLUMN sms_log.inbound.received_at IS 'That webhook''s received_at.';
COMMENT ON COLUMN sms_log.inbound.message_id IS 'The provider''s message id as written.';
COMMENT ON COLUMN sms_log.inbound.from_number IS
    'Sender''s number in E.164 with + where it could be read as such, else as it came.';
COMMENT ON COLUMN sms_log.inbound.from_number_raw IS 'Sender''s number as it came.';
COMMENT ON COLUMN sms_log.inbound.to_number IS
    'Our number in E.164 with + where it could be read as such, else as it came.';
COMMENT ON COLUMN sms_log.inbound.to_number_raw IS 'Our number as it came.';
COMMENT ON COLUMN sms_log.inbound.body IS 'Text of the SMS.';
COMMENT ON COLUMN sms_log.inbound.reported_time IS
    'receiveTime as the provider wrote it: its local time, zone not stated.';
COMMENT ON COLUMN sms_log.inbound.size IS 'Provider''s count of parts; NULL if none was readable.';
COMMENT ON COLUMN sms_log.inbound.price IS
    'Provider''s price of one part, currency not stated; NULL if none was readable.';
COMMENT ON COLUMN sms_log.inbound.content_hash IS
    'First 64 bits of a hash of identity and content: the same key with another hash is a conflict; the first '
    'stored stands.';

COMMIT;
