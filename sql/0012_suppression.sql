-- Opt-out: who does not want to be sent to by which account, and how that came about.
-- Locks: ACCESS EXCLUSIVE on outbox.entry for a moment (a column without a default).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (12, 'suppression');

-- There is no table of who is suppressed now: the latest event of a pair says it, found by one probe of the index below.
-- So the state is a function of the set of events whatever the order in which workers bring them, and nobody who brings
-- one waits for another.
CREATE TABLE outbox.suppression_event (
    account     text        NOT NULL,
    number      text        NOT NULL,
    source      text        NOT NULL,
    event_key   text        NOT NULL,
    kind        text        NOT NULL,
    received_at timestamptz NOT NULL,
    webhook_id  uuid,
    word        text,
    actor       text,
    note        text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT suppression_event_pkey PRIMARY KEY (account, number, source, event_key, kind),
    CONSTRAINT suppression_event_number_e164 CHECK (number ~ '^\+[1-9][0-9]{6,14}$'),
    CONSTRAINT suppression_event_source_known CHECK (source IN ('nxtele', 'onoff', 'api', 'operator')),
    CONSTRAINT suppression_event_kind_known CHECK (kind IN ('suppressed', 'lifted')),
    CONSTRAINT suppression_event_origin_whole CHECK (
        (source IN ('nxtele', 'onoff')) = (webhook_id IS NOT NULL)
        AND (webhook_id IS NULL) = (word IS NULL)
        AND (webhook_id IS NULL) = (actor IS NOT NULL)),
    CONSTRAINT suppression_event_actor_bounded CHECK (length(actor) BETWEEN 1 AND 256),
    CONSTRAINT suppression_event_note_bounded CHECK (length(note) BETWEEN 1 AND 256)
);
CREATE INDEX suppression_event_latest_idx
    ON outbox.suppression_event (account, number, received_at DESC, kind DESC);
COMMENT ON TABLE outbox.suppression_event IS
    'Every wish of a recipient to be sent to no more by an account, or again: SMS that were a word for it, and what '
    'operators and the API entered. The latest of a pair of account and number says what holds: order by received_at, '
    'and at one moment suppressed wins. Written by webhook workers, the API and operators; nobody claims it; no row '
    'is deleted.';
COMMENT ON COLUMN outbox.suppression_event.account IS 'Who may not send, or may again: the account of the key or token.';
COMMENT ON COLUMN outbox.suppression_event.number IS 'The recipient, E.164 with +.';
COMMENT ON COLUMN outbox.suppression_event.source IS
    'nxtele and onoff: an SMS; api: an admin key; operator: the command line.';
COMMENT ON COLUMN outbox.suppression_event.event_key IS
    'What makes it one event, however often it comes: sms_log.inbound.id, sms_log.entry.event_id, or an id of the request.';
COMMENT ON COLUMN outbox.suppression_event.kind IS
    'suppressed = not to be sent to; lifted = to be sent to again. Part of the key: an SMS that came with two texts '
    'counts as both.';
COMMENT ON COLUMN outbox.suppression_event.received_at IS
    'Its place in the order. Of an SMS, when the first copy of it was taken in, whichever copy was processed first: a '
    'later copy changes nothing, an earlier one moves it. Else when it was entered, and never before what was there.';
COMMENT ON COLUMN outbox.suppression_event.webhook_id IS 'inbox.webhook.id of that copy; NULL where it was entered.';
COMMENT ON COLUMN outbox.suppression_event.word IS 'The word as it was compared; NULL where it was entered.';
COMMENT ON COLUMN outbox.suppression_event.actor IS 'Who entered it: the user of the key, or the operator; NULL of an SMS.';
COMMENT ON COLUMN outbox.suppression_event.note IS 'Why, in the words of who entered it; NULL where none were given.';
COMMENT ON COLUMN outbox.suppression_event.recorded_at IS 'Start of the transaction that wrote it first.';
COMMENT ON INDEX outbox.suppression_event_latest_idx IS 'What holds for a pair is its first row.';

ALTER TABLE outbox.entry ADD COLUMN suppressed_at timestamptz;
COMMENT ON COLUMN outbox.entry.suppressed_at IS
    'When it was found, about to be sent, that its recipient has opted out; NULL otherwise. A resend clears it.';

COMMIT;
