-- What the comparison of a day list left out without a word. An attempt whose outcome was settled a day after its hand-over
-- was missing in no day: its day went by the one, and the search for it by the other. One that only a receipt proves taken
-- was not asked for at all; nor was its record with us, as the provider's id of a message whose answer was lost stands in its
-- receipts only. And records whose size or price cannot be read counted among the records and added nothing to
-- what is charged: now their number is told. Days that were compared already stay as they are until they are imported
-- again; their number of such records is NULL.
-- Locks: ACCESS EXCLUSIVE on billing.cdr_day for a moment (a column without a default): who reads monitor.cdr waits, and
-- an import under way is waited for.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (26, 'cdr_left_out');

ALTER TABLE billing.cdr_day ADD COLUMN without_charge bigint;
COMMENT ON COLUMN billing.cdr_day.without_charge IS
    'Records whose size or price cannot be read: charged has nothing of them. NULL where the day was compared before it was '
    'counted.';

CREATE OR REPLACE FUNCTION billing.cdr_differences(provider text, day date, time_zone text)
RETURNS TABLE (kind text, message_id text, attempt_id uuid, entry_id uuid, listed_size integer, listed_price numeric,
               our_size integer, our_price numeric)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
-- By the keys, whatever the statistics say: one day of a year. And no loop of the day's records by what receipts prove:
-- without statistics it was planned (60 000 by 5 000: 18 s, so 3). What must loop, the look-ups by key, does so even then.
SET enable_seqscan = off
SET enable_nestloop = off
AS $$
WITH proved AS MATERIALIZED (
    -- Where the answer to the call was lost, only receipts know the provider's id. Handed over on the day or beside it.
    SELECT DISTINCT ON (r.message_id) r.message_id, t.id, t.entry_id
    FROM outbox.attempt AS t
    CROSS JOIN LATERAL (
        SELECT one.message_id FROM outbox.receipt AS one
        WHERE one.entry_id = t.entry_id AND one.attempt_id = t.id OFFSET 0
    ) AS r
    WHERE t.id >= ops.time_lowest_id(($2::timestamp AT TIME ZONE $3) - interval '25 hours')
      AND t.id < ops.time_lowest_id(($2 + 1)::timestamp AT TIME ZONE $3 + interval '25 hours')
      AND t.provider = $1
      AND t.provider_message_id IS NULL
    ORDER BY r.message_id, t.id
), known AS (
    SELECT c.message_id, c.place, c.size, c.price, coalesce(a.id, p.id) AS attempt_id,
           coalesce(a.entry_id, p.entry_id) AS entry_id, a.provider_message_id
    FROM billing.cdr AS c
    LEFT JOIN LATERAL (
        (SELECT t.id, t.entry_id, t.provider_message_id, 1 AS place FROM outbox.attempt AS t
         WHERE t.id = CASE WHEN c.message_id ~* '^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$'
                           THEN c.message_id::uuid END AND t.provider = c.provider)
        UNION ALL
        (SELECT t.id, t.entry_id, t.provider_message_id, 2 FROM outbox.attempt AS t
         WHERE t.provider_message_id = c.message_id AND t.provider = c.provider LIMIT 1)
        ORDER BY place LIMIT 1
    ) AS a ON true
    LEFT JOIN proved AS p ON p.message_id = c.message_id
    WHERE c.provider = $1 AND c.day = $2
      AND c.import_id = (SELECT d.import_id FROM billing.cdr_day AS d WHERE d.provider = $1 AND d.day = $2)
), listed AS (
    SELECT k.message_id, k.size, k.price, k.attempt_id, k.entry_id, k.provider_message_id,
           w.provider_units, w.provider_price, w.units,
           -- One message even where it is listed by our id and by the provider's.
           row_number() OVER (PARTITION BY coalesce(k.attempt_id::text, k.message_id) ORDER BY k.place) > 1 AS is_again
    FROM known AS k
    LEFT JOIN LATERAL (
        SELECT o.provider_units, o.provider_price, o.units FROM billing.attempt_cost AS o
        WHERE o.entry_id = k.entry_id AND o.attempt_id = k.attempt_id OFFSET 0
    ) AS w ON true
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
SELECT 'without_charge', l.message_id, l.attempt_id, l.entry_id, l.size, l.price, l.provider_units, l.provider_price
FROM listed AS l WHERE l.size IS NULL OR l.price IS NULL
UNION ALL
-- By the day of our hand-over in the provider's zone; one that it put into a day beside is found there, if imported. What
-- was written down beforehand (a retry of an unclear attempt) has the id of that time and may have waited, as a rule for a
-- day at most.
SELECT 'not_in_list', n.provider_message_id, n.id, n.entry_id, NULL, NULL, NULL, NULL
FROM (
    SELECT t.id, t.entry_id, t.provider_message_id
    FROM outbox.attempt AS t
    WHERE t.id >= ops.time_lowest_id(($2::timestamp AT TIME ZONE $3) - interval '25 hours')
      AND t.id < ops.time_lowest_id(($2 + 1)::timestamp AT TIME ZONE $3 + interval '1 hour')
      AND (t.dispatched_at AT TIME ZONE $3)::date = $2
      AND t.provider = $1
      -- Taken, as billing.attempt_cost has it. OFFSET: a look for each, and no hash of all receipts there are.
      AND (t.state = 'accepted'
           OR EXISTS (SELECT FROM outbox.receipt AS r WHERE r.entry_id = t.entry_id AND r.attempt_id = t.id OFFSET 0))
    -- What this list has, by whatever form of the id. No join: a plan that expects few records would make it a loop.
    EXCEPT
    SELECT l.attempt_id, l.entry_id, l.provider_message_id FROM listed AS l
) AS n
-- In any other list: our id with dashes and without, in small letters and in capitals, or the provider's, by its answer or
-- by a receipt.
WHERE NOT EXISTS (SELECT FROM (SELECT c.provider, c.day, c.import_id FROM billing.cdr AS c
                               WHERE c.provider = $1
                                 AND c.message_id = ANY (ARRAY[
                                     n.id::text, upper(n.id::text), replace(n.id::text, '-', ''),
                                     upper(replace(n.id::text, '-', '')), n.provider_message_id]
                                     || ARRAY(SELECT r.message_id FROM outbox.receipt AS r
                                              WHERE r.entry_id = n.entry_id AND r.attempt_id = n.id))
                               OFFSET 0) AS c   -- fence: by the index of ids, and not by the days
                  JOIN billing.cdr_day AS d ON d.provider = c.provider AND d.day = c.day AND d.import_id = c.import_id)
$$;
COMMENT ON FUNCTION billing.cdr_differences(text, date, text) IS
    'The records of an imported day, each as matched or not_with_us; again where its size or price differs, as billed_twice '
    'where its message is in the list before it, and as without_charge where its size or price cannot be read; and '
    'attempts handed over on that day that the provider took and that are in no imported list (which proves nothing by '
    'itself). Reads one day by its keys.';

CREATE OR REPLACE FUNCTION billing.compare_cdr(provider text, day date, time_zone text, import_id uuid)
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
        billed_twice = n.billed_twice, without_charge = n.without_charge, compared_at = now()
    FROM (
        SELECT count(*) FILTER (WHERE x.kind IN ('matched', 'not_with_us')) AS records,
               trim_scale(coalesce(sum(x.listed_price * x.listed_size)
                                       FILTER (WHERE x.kind IN ('matched', 'not_with_us')), 0)) AS charged,
               count(*) FILTER (WHERE x.kind = 'matched') AS matched,
               count(*) FILTER (WHERE x.kind = 'not_with_us') AS not_with_us,
               count(*) FILTER (WHERE x.kind = 'not_in_list') AS not_in_list,
               count(*) FILTER (WHERE x.kind = 'size_differs') AS sizes_differ,
               count(*) FILTER (WHERE x.kind = 'price_differs') AS prices_differ,
               count(*) FILTER (WHERE x.kind = 'billed_twice') AS billed_twice,
               count(*) FILTER (WHERE x.kind = 'without_charge') AS without_charge
        FROM billing.cdr_differences($1, $2, $3) AS x
    ) AS n
    WHERE d.provider = $1 AND d.day = $2
    RETURNING d.*;
END
$$;

COMMIT;
