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
CREATE INDEX suppression_event_account_idx ON outbox.suppression_event (account, received_at DESC);
COMMENT ON INDEX outbox.suppression_event_account_idx IS 'When an account''s list last changed.';

-- How many have opted out: what monitor.suppressions is read from, however many events there are. Whoever brings an event
-- leaves a note of its pair, in the same transaction, and waits for nobody; the fold looks at the pair, as it is then, and
-- counts what changed since it was last counted. The view looks at the pairs of the notes that are not folded yet.
CREATE TABLE outbox.suppression_touch (
    seq         bigint      GENERATED ALWAYS AS IDENTITY,
    account     text        NOT NULL,
    number      text        NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT suppression_touch_pkey PRIMARY KEY (seq)
) WITH (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
);
COMMENT ON TABLE outbox.suppression_touch IS
    'Pairs of account and number of which outbox.suppression_event changed since they were counted, append-only: written by '
    'its triggers; taken out by outbox.fold_suppressions; nobody claims it.';
COMMENT ON COLUMN outbox.suppression_touch.seq IS 'Order of the rows.';
COMMENT ON COLUMN outbox.suppression_touch.account IS 'As in outbox.suppression_event.';
COMMENT ON COLUMN outbox.suppression_touch.number IS 'As in outbox.suppression_event.';
COMMENT ON COLUMN outbox.suppression_touch.recorded_at IS 'Start of the transaction.';

CREATE TABLE outbox.suppression_counted (
    account text NOT NULL,
    number  text NOT NULL,
    kind    text NOT NULL,
    CONSTRAINT suppression_counted_pkey PRIMARY KEY (account, number),
    CONSTRAINT suppression_counted_kind_known CHECK (kind IN ('suppressed', 'lifted'))
);
COMMENT ON TABLE outbox.suppression_counted IS
    'As what outbox.suppression_tally has counted each pair. Not who is suppressed: it is behind by a fold. Written and read '
    'by outbox.fold_suppressions only, and by monitor.suppressions for pairs that were touched since.';
COMMENT ON COLUMN outbox.suppression_counted.account IS 'As in outbox.suppression_event.';
COMMENT ON COLUMN outbox.suppression_counted.number IS 'As in outbox.suppression_event.';
COMMENT ON COLUMN outbox.suppression_counted.kind IS 'Kind of its latest event when it was last counted.';

CREATE TABLE outbox.suppression_tally (
    account text   NOT NULL,
    kind    text   NOT NULL,
    count   bigint NOT NULL,
    CONSTRAINT suppression_tally_pkey PRIMARY KEY (account, kind),
    CONSTRAINT suppression_tally_kind_known CHECK (kind IN ('suppressed', 'lifted'))
);
COMMENT ON TABLE outbox.suppression_tally IS
    'How many rows outbox.suppression_counted has of an account and kind. Written by outbox.fold_suppressions only, one at a '
    'time; nobody claims it.';
COMMENT ON COLUMN outbox.suppression_tally.account IS 'As in outbox.suppression_event.';
COMMENT ON COLUMN outbox.suppression_tally.kind IS 'As in outbox.suppression_counted.';
COMMENT ON COLUMN outbox.suppression_tally.count IS 'Their number.';

-- By statement, so that a batch costs one small insert.
CREATE FUNCTION outbox.note_suppressions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO outbox.suppression_touch (account, number)
    SELECT DISTINCT c.account, c.number FROM changed_rows AS c;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION outbox.note_suppressions() IS 'Notes the pairs whose events a statement changed.';
CREATE TRIGGER note_inserted AFTER INSERT ON outbox.suppression_event
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION outbox.note_suppressions();
COMMENT ON TRIGGER note_inserted ON outbox.suppression_event IS 'outbox.suppression_touch.';
CREATE TRIGGER note_updated AFTER UPDATE ON outbox.suppression_event
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION outbox.note_suppressions();
COMMENT ON TRIGGER note_updated ON outbox.suppression_event IS 'outbox.suppression_touch.';
-- Only an owner deletes, as the law may ask of him.
CREATE TRIGGER note_deleted AFTER DELETE ON outbox.suppression_event
    REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION outbox.note_suppressions();
COMMENT ON TRIGGER note_deleted ON outbox.suppression_event IS 'outbox.suppression_touch.';

CREATE FUNCTION outbox.fold_suppressions(rows_max integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    folded_rows bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('postroom suppression tally', 0)) THEN
        RETURN NULL;
    END IF;
    -- One statement, one snapshot: whoever sees a note sees its event, and a later event has a note of its own.
    WITH gone AS (
        DELETE FROM outbox.suppression_touch AS t
        WHERE t.seq = ANY (ARRAY(SELECT u.seq FROM outbox.suppression_touch AS u ORDER BY u.seq LIMIT rows_max))
        RETURNING t.account, t.number
    ), moved AS MATERIALIZED (
        SELECT p.account, p.number, latest.kind AS kind, counted.kind AS counted
        FROM (SELECT DISTINCT g.account, g.number FROM gone AS g) AS p
        LEFT JOIN LATERAL (
            SELECT e.kind FROM outbox.suppression_event AS e
            WHERE e.account = p.account AND e.number = p.number
            ORDER BY e.received_at DESC, e.kind DESC LIMIT 1
        ) AS latest ON true
        LEFT JOIN LATERAL (
            SELECT c.kind FROM outbox.suppression_counted AS c
            WHERE c.account = p.account AND c.number = p.number LIMIT 1
        ) AS counted ON true
        WHERE latest.kind IS DISTINCT FROM counted.kind
    ), known AS (
        INSERT INTO outbox.suppression_counted AS c (account, number, kind)
        SELECT m.account, m.number, m.kind FROM moved AS m WHERE m.kind IS NOT NULL
        ON CONFLICT (account, number) DO UPDATE SET kind = excluded.kind
    ), unknown AS (
        DELETE FROM outbox.suppression_counted AS c USING moved AS m
        WHERE m.kind IS NULL AND c.account = m.account AND c.number = m.number
    ), put AS (
        INSERT INTO outbox.suppression_tally AS t (account, kind, count)
        SELECT m.account, d.kind, sum(d.count)
        FROM moved AS m CROSS JOIN LATERAL (VALUES (m.kind, 1), (m.counted, -1)) AS d (kind, count)
        WHERE d.kind IS NOT NULL
        GROUP BY m.account, d.kind
        HAVING sum(d.count) <> 0
        ON CONFLICT (account, kind) DO UPDATE SET count = t.count + excluded.count
    )
    SELECT count(*) INTO folded_rows FROM gone;
    RETURN folded_rows;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION outbox.fold_suppressions(integer) IS
    'Counts the pairs of up to rows_max notes anew. Returns their number; NULL where another process is at it.';

REVOKE ALL ON FUNCTION outbox.note_suppressions(), outbox.fold_suppressions(integer) FROM PUBLIC;

ALTER TABLE outbox.entry ADD COLUMN suppressed_at timestamptz;
COMMENT ON COLUMN outbox.entry.suppressed_at IS
    'When it was found, about to be sent, that its recipient has opted out; NULL otherwise. A resend clears it.';

COMMIT;
