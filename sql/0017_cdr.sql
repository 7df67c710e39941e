-- Day lists: what a provider says it billed, message by message, as a second opinion beside its receipts.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (17, 'cdr');

CREATE TABLE billing.cdr (
    provider       text        NOT NULL,
    day            date        NOT NULL,
    import_id      uuid        NOT NULL,
    place          integer     NOT NULL,
    message_id     text        NOT NULL,
    phone          text        NOT NULL,
    sender_id      text        NOT NULL,
    submitted_time text        NOT NULL,
    reported_time  text        NOT NULL,
    report         text        NOT NULL,
    report_status  text        NOT NULL,
    size_text      text        NOT NULL,
    price_text     text        NOT NULL,
    billing_status text        NOT NULL,
    network        text        NOT NULL,
    size           integer,
    price          numeric,
    imported_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cdr_pkey PRIMARY KEY (provider, day, import_id, place),
    CONSTRAINT cdr_provider_fkey FOREIGN KEY (provider) REFERENCES ops.provider (name)
);
CREATE INDEX cdr_message_idx ON billing.cdr (provider, message_id);
COMMENT ON TABLE billing.cdr IS
    'Records of providers'' day lists, as written but without the text of the message. Written by postroom cdr import, page '
    'by page as one import, which counts once it is whole: those of billing.cdr_day.import_id are the day''s list. Not '
    'pruned: a bill is kept until its owner deletes it.';
COMMENT ON COLUMN billing.cdr.provider IS 'ops.provider.name.';
COMMENT ON COLUMN billing.cdr.day IS 'The day whose list it was in: of the provider''s zone.';
COMMENT ON COLUMN billing.cdr.import_id IS
    'The import that brought it; one that is not the day''s is under way or broke off, and goes with the next after a day.';
COMMENT ON COLUMN billing.cdr.place IS
    'Which record of the list it is, from 1: a message that is listed twice is billed twice, and both are kept.';
COMMENT ON COLUMN billing.cdr.message_id IS 'The provider''s id, or ours where it took that.';
COMMENT ON COLUMN billing.cdr.phone IS 'Recipient as written; may differ from the number submitted.';
COMMENT ON COLUMN billing.cdr.sender_id IS 'Sender as written.';
COMMENT ON COLUMN billing.cdr.submitted_time IS 'When it was sent, as written: the provider''s local time.';
COMMENT ON COLUMN billing.cdr.reported_time IS 'When it was reported on, likewise.';
COMMENT ON COLUMN billing.cdr.report IS 'The report''s word as written, such as DELIVRD.';
COMMENT ON COLUMN billing.cdr.report_status IS 'Its status as written.';
COMMENT ON COLUMN billing.cdr.size_text IS 'Billed parts as written.';
COMMENT ON COLUMN billing.cdr.price_text IS 'Price of a part as written; the list names no currency.';
COMMENT ON COLUMN billing.cdr.billing_status IS 'Whether it is billed, as written.';
COMMENT ON COLUMN billing.cdr.network IS 'The recipient''s network as written.';
COMMENT ON COLUMN billing.cdr.size IS 'size_text as a number; NULL where it is none.';
COMMENT ON COLUMN billing.cdr.price IS 'price_text as a number; NULL where it is none.';
COMMENT ON COLUMN billing.cdr.imported_at IS 'When it was imported.';
COMMENT ON INDEX billing.cdr_message_idx IS 'Whether a message is in any list.';

CREATE TABLE billing.cdr_day (
    provider      text        NOT NULL,
    day           date        NOT NULL,
    import_id     uuid        NOT NULL,
    time_zone     text        NOT NULL,
    records       bigint      NOT NULL,
    changed       bigint      NOT NULL,
    gone          bigint      NOT NULL,
    charged       numeric     NOT NULL,
    matched       bigint      NOT NULL,
    not_with_us   bigint      NOT NULL,
    not_in_list   bigint      NOT NULL,
    sizes_differ  bigint      NOT NULL,
    prices_differ bigint      NOT NULL,
    billed_twice  bigint      NOT NULL,
    compared_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cdr_day_pkey PRIMARY KEY (provider, day)
);
COMMENT ON TABLE billing.cdr_day IS
    'Which list of each day counts, and how it compares with our attempts and receipts. Written by billing.compare_cdr, '
    'which replaces a row; read through monitor.cdr.';
COMMENT ON COLUMN billing.cdr_day.provider IS 'ops.provider.name.';
COMMENT ON COLUMN billing.cdr_day.day IS 'The provider''s day.';
COMMENT ON COLUMN billing.cdr_day.import_id IS 'The import whose records are the day''s list.';
COMMENT ON COLUMN billing.cdr_day.time_zone IS 'The zone that the day was taken to be of.';
COMMENT ON COLUMN billing.cdr_day.records IS 'Records in the list.';
COMMENT ON COLUMN billing.cdr_day.changed IS 'Of them, those that the day''s list before did not have, or had otherwise.';
COMMENT ON COLUMN billing.cdr_day.gone IS 'Records of the day''s list before that are in this one no more.';
COMMENT ON COLUMN billing.cdr_day.charged IS 'Sum of price times size, in the list''s own currency, which it does not state.';
COMMENT ON COLUMN billing.cdr_day.matched IS 'Records of attempts of ours.';
COMMENT ON COLUMN billing.cdr_day.not_with_us IS 'Records that belong to no attempt of ours.';
COMMENT ON COLUMN billing.cdr_day.not_in_list IS 'Attempts the provider took on that day that are in no imported list.';
COMMENT ON COLUMN billing.cdr_day.sizes_differ IS 'Records with other parts than the receipt, or than we where none came.';
COMMENT ON COLUMN billing.cdr_day.prices_differ IS 'Records with another price than the receipt.';
COMMENT ON COLUMN billing.cdr_day.billed_twice IS 'Records of a message that the list has already.';
COMMENT ON COLUMN billing.cdr_day.compared_at IS 'When it was compared: evidence that came later is not in it.';

CREATE FUNCTION billing.cdr_differences(provider text, day date, time_zone text)
RETURNS TABLE (kind text, message_id text, attempt_id uuid, entry_id uuid, listed_size integer, listed_price numeric,
               our_size integer, our_price numeric)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
-- By the keys, whatever the statistics say: one day of a year.
SET enable_seqscan = off
AS $$
WITH listed AS (
    SELECT c.message_id, c.size, c.price, a.id AS attempt_id, a.entry_id, w.provider_units, w.provider_price, w.units,
           -- One message even where it is listed by our id and by the provider's.
           row_number() OVER (PARTITION BY coalesce(a.id::text, c.message_id) ORDER BY c.place) > 1 AS is_again
    FROM billing.cdr AS c
    LEFT JOIN LATERAL (
        (SELECT t.id, t.entry_id, 1 AS place FROM outbox.attempt AS t
         WHERE t.id = CASE WHEN c.message_id ~* '^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$'
                           THEN c.message_id::uuid END AND t.provider = c.provider)
        UNION ALL
        (SELECT t.id, t.entry_id, 2 FROM outbox.attempt AS t
         WHERE t.provider_message_id = c.message_id AND t.provider = c.provider LIMIT 1)
        ORDER BY place LIMIT 1
    ) AS a ON true
    LEFT JOIN LATERAL (
        SELECT o.provider_units, o.provider_price, o.units FROM billing.attempt_cost AS o
        WHERE o.entry_id = a.entry_id AND o.attempt_id = a.id OFFSET 0
    ) AS w ON true
    WHERE c.provider = $1 AND c.day = $2
      AND c.import_id = (SELECT d.import_id FROM billing.cdr_day AS d WHERE d.provider = $1 AND d.day = $2)
)
SELECT CASE WHEN l.attempt_id IS NULL THEN 'not_with_us' ELSE 'matched' END, l.message_id, l.attempt_id, l.entry_id,
       l.size, l.price, l.provider_units, l.provider_price
FROM listed AS l
UNION ALL
SELECT 'size_differs', l.message_id, l.attempt_id, l.entry_id, l.size, l.price,
       coalesce(l.provider_units, l.units), l.provider_price
FROM listed AS l WHERE l.size <> coalesce(l.provider_units, l.units)
UNION ALL
SELECT 'price_differs', l.message_id, l.attempt_id, l.entry_id, l.size, l.price, l.provider_units, l.provider_price
FROM listed AS l WHERE l.price <> l.provider_price
UNION ALL
SELECT 'billed_twice', l.message_id, l.attempt_id, l.entry_id, l.size, l.price, l.provider_units, l.provider_price
FROM listed AS l WHERE l.is_again
UNION ALL
-- By the day of our hand-over in the provider's zone; one that it put into a day beside is found there, if imported.
SELECT 'not_in_list', t.provider_message_id, t.id, t.entry_id, NULL, NULL, NULL, NULL
FROM outbox.attempt AS t
WHERE t.id >= ops.time_lowest_id(($2::timestamp AT TIME ZONE $3) - interval '1 hour')
  AND t.id < ops.time_lowest_id(($2 + 1)::timestamp AT TIME ZONE $3 + interval '1 hour')
  AND (coalesce(t.settled_at, t.dispatched_at) AT TIME ZONE $3)::date = $2
  AND t.provider = $1 AND t.state = 'accepted'
  AND NOT EXISTS (SELECT FROM billing.cdr AS c
                  JOIN billing.cdr_day AS d ON d.provider = c.provider AND d.day = c.day AND d.import_id = c.import_id
                  WHERE c.provider = $1 AND c.message_id IN (t.id::text, t.provider_message_id))
$$;
COMMENT ON FUNCTION billing.cdr_differences(text, date, text) IS
    'The records of an imported day, each as matched or not_with_us; again where its size or price differs, and as '
    'billed_twice where its message is in the list before it; and attempts of that day that are in no imported list (which '
    'proves nothing by itself). Reads one day by its keys.';

CREATE FUNCTION billing.compare_cdr(provider text, day date, time_zone text, import_id uuid)
RETURNS SETOF billing.cdr_day
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    before uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('postroom cdr ' || $1, 0));
    SELECT d.import_id INTO before FROM billing.cdr_day AS d WHERE d.provider = $1 AND d.day = $2;
    -- From here on the new list is the day's, for cdr_differences below, too; a repeat finds it so and counts as it did.
    IF before IS DISTINCT FROM $4 THEN
        -- Such as the repeat of an import whose list another one has replaced meanwhile.
        IF NOT EXISTS (SELECT FROM billing.cdr AS n WHERE n.provider = $1 AND n.day = $2 AND n.import_id = $4)
           AND EXISTS (SELECT FROM billing.cdr AS b WHERE b.provider = $1 AND b.day = $2 AND b.import_id = before) THEN
            RAISE EXCEPTION 'a list without records takes the place of none that has some'
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'The list is empty, or another import of the day came later. The list before stays.';
        END IF;
        INSERT INTO billing.cdr_day AS d
            (provider, day, import_id, time_zone, records, changed, gone, charged, matched, not_with_us, not_in_list,
             sizes_differ, prices_differ, billed_twice)
        -- Of one message, records with the same content are the same, wherever in the lists they are.
        SELECT $1, $2, $4, $3, 0, coalesce(sum(m.changed), 0), coalesce(sum(m.gone), 0), 0, 0, 0, 0, 0, 0, 0
        FROM (
            SELECT sum(greatest(s.here - s.there, 0)) AS changed, greatest(sum(s.there - s.here), 0) AS gone
            FROM (
                SELECT c.message_id, count(*) FILTER (WHERE c.import_id = $4) AS here,
                       count(*) FILTER (WHERE c.import_id = before) AS there
                FROM billing.cdr AS c
                WHERE c.provider = $1 AND c.day = $2 AND c.import_id IN ($4, before)
                GROUP BY c.message_id,
                         (c.phone, c.sender_id, c.submitted_time, c.reported_time, c.report, c.report_status, c.size_text,
                          c.price_text, c.billing_status, c.network)::text
            ) AS s
            GROUP BY s.message_id
        ) AS m
        ON CONFLICT (provider, day) DO UPDATE
        SET import_id = excluded.import_id, changed = excluded.changed, gone = excluded.gone;
        -- And what broke off, but nothing of another import that is under way.
        DELETE FROM billing.cdr AS c
        WHERE c.provider = $1 AND c.day = $2 AND c.import_id <> $4
          AND (c.import_id = before OR c.imported_at < now() - interval '1 day');
    END IF;
    RETURN QUERY
    UPDATE billing.cdr_day AS d
    SET time_zone = $3, records = n.records, charged = n.charged, matched = n.matched, not_with_us = n.not_with_us,
        not_in_list = n.not_in_list, sizes_differ = n.sizes_differ, prices_differ = n.prices_differ,
        billed_twice = n.billed_twice, compared_at = now()
    FROM (
        SELECT count(*) FILTER (WHERE x.kind IN ('matched', 'not_with_us')) AS records,
               trim_scale(coalesce(sum(x.listed_price * x.listed_size)
                                       FILTER (WHERE x.kind IN ('matched', 'not_with_us')), 0)) AS charged,
               count(*) FILTER (WHERE x.kind = 'matched') AS matched,
               count(*) FILTER (WHERE x.kind = 'not_with_us') AS not_with_us,
               count(*) FILTER (WHERE x.kind = 'not_in_list') AS not_in_list,
               count(*) FILTER (WHERE x.kind = 'size_differs') AS sizes_differ,
               count(*) FILTER (WHERE x.kind = 'price_differs') AS prices_differ,
               count(*) FILTER (WHERE x.kind = 'billed_twice') AS billed_twice
        FROM billing.cdr_differences($1, $2, $3) AS x
    ) AS n
    WHERE d.provider = $1 AND d.day = $2
    RETURNING d.*;
END
$$;
COMMENT ON FUNCTION billing.compare_cdr(text, date, text, uuid) IS
    'Makes an import the list of its day in place of the one before, compares it with what we have now, keeps that in '
    'billing.cdr_day and returns it: in one transaction, so that nobody sees a part of it. What is in the list no more is '
    'removed, and counted as gone. Imports that broke off a day ago go, too. Again with the same import it compares anew.';

REVOKE ALL ON FUNCTION billing.cdr_differences(text, date, text), billing.compare_cdr(text, date, text, uuid) FROM PUBLIC;

COMMIT;
