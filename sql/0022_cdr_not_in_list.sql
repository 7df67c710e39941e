-- An attempt that a day list has under our id without dashes or in capitals was matched, and counted as in no list, too:
-- the one compared ids, the other their text. Now what is matched is in the list, and in lists of other days each of
-- these forms is looked for. Days that were compared already stay as they are until they are imported again.
-- Locks: none that others wait for.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (22, 'cdr_not_in_list');

CREATE OR REPLACE FUNCTION billing.cdr_differences(provider text, day date, time_zone text)
RETURNS TABLE (kind text, message_id text, attempt_id uuid, entry_id uuid, listed_size integer, listed_price numeric,
               our_size integer, our_price numeric)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
-- By the keys, whatever the statistics say: one day of a year.
SET enable_seqscan = off
AS $$
WITH listed AS (
    SELECT c.message_id, c.size, c.price, a.id AS attempt_id, a.entry_id, a.provider_message_id,
           w.provider_units, w.provider_price, w.units,
           -- One message even where it is listed by our id and by the provider's.
           row_number() OVER (PARTITION BY coalesce(a.id::text, c.message_id) ORDER BY c.place) > 1 AS is_again
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
SELECT 'not_in_list', n.provider_message_id, n.id, n.entry_id, NULL, NULL, NULL, NULL
FROM (
    SELECT t.id, t.entry_id, t.provider_message_id
    FROM outbox.attempt AS t
    WHERE t.id >= ops.time_lowest_id(($2::timestamp AT TIME ZONE $3) - interval '1 hour')
      AND t.id < ops.time_lowest_id(($2 + 1)::timestamp AT TIME ZONE $3 + interval '1 hour')
      AND (coalesce(t.settled_at, t.dispatched_at) AT TIME ZONE $3)::date = $2
      AND t.provider = $1 AND t.state = 'accepted'
    -- What this list has, by whatever form of the id. No join: a plan that expects few records would make it a loop.
    EXCEPT
    SELECT l.attempt_id, l.entry_id, l.provider_message_id FROM listed AS l
) AS n
-- In any other list: our id with dashes and without, in small letters and in capitals, or the provider's.
WHERE NOT EXISTS (SELECT FROM (SELECT c.provider, c.day, c.import_id FROM billing.cdr AS c
                               WHERE c.provider = $1
                                 AND c.message_id = ANY (ARRAY[
                                     n.id::text, upper(n.id::text), replace(n.id::text, '-', ''),
                                     upper(replace(n.id::text, '-', '')), n.provider_message_id])
                               OFFSET 0) AS c   -- fence: by the index of ids, and not by the days
                  JOIN billing.cdr_day AS d ON d.provider = c.provider AND d.day = c.day AND d.import_id = c.import_id)
$$;

COMMIT;
