-- Whether webhooks are coming into the DEFAULT partition is told by those of the last seconds. Those that an ingress with
-- a clock over a week ahead had left there told the same until their days came: where the DEFAULT was large, no missing
-- day was made. Now what is more than a minute ahead does not count. Where such an ingress goes on, its webhooks wait for
-- as long as ATTACH reads the DEFAULT, as others do where today's day is made.
-- Locks: none that others wait for.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (23, 'days_ahead_of_clock');

CREATE OR REPLACE FUNCTION inbox.make_days(
    days_ahead integer, rows_max integer DEFAULT 500000, default_bytes_max bigint DEFAULT 268435456
) RETURNS TABLE (day date, outcome text, row_count bigint, detail text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
#variable_conflict use_column
DECLARE
    moment    timestamptz := clock_timestamp();
    today     date := (moment AT TIME ZONE 'UTC')::date;
    recent_id uuid := (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint - 10000), 12, '0')
                       || repeat('0', 20))::uuid;
    -- Clocks of machines that take in webhooks are within a minute; what is of a later time tells nothing of now.
    coming_id uuid := (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint + 60000), 12, '0')
                       || repeat('0', 20))::uuid;
    bytes     bigint := pg_relation_size('inbox.webhook_default');
    locked_at timestamptz;
    holder    text;
    missing   record;
    counted   bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('postroom inbox partitions', 0)) THEN
        RETURN QUERY SELECT NULL::date, 'busy', 0::bigint, 'another process is at it';
        RETURN;
    END IF;
    FOR missing IN
        -- The days that the DEFAULT holds are found by one index look-up each.
        WITH RECURSIVE held AS (
            (SELECT ops.webhook_day(d.id) AS day FROM inbox.webhook_default AS d
             WHERE d.id >= ops.day_lowest_id(today - 35) ORDER BY d.id LIMIT 1)
            UNION ALL
            SELECT n.day FROM held AS h CROSS JOIN LATERAL (
                SELECT ops.webhook_day(d.id) AS day FROM inbox.webhook_default AS d
                WHERE d.id >= ops.day_lowest_id(h.day + 1) ORDER BY d.id LIMIT 1) AS n
            WHERE h.day < today + days_ahead
        )
        SELECT w.day, bool_or(w.held) AS held
        FROM (SELECT today + i AS day, false AS held FROM generate_series(0, days_ahead) AS i
              UNION ALL SELECT h.day, true FROM held AS h WHERE h.day <= today + days_ahead) AS w
        WHERE NOT EXISTS (SELECT FROM inbox.days() AS p
                          WHERE p.lowest_id < ops.day_lowest_id(w.day + 1) AND p.past_id > ops.day_lowest_id(w.day))
        GROUP BY w.day
        ORDER BY w.day < today, w.day
    LOOP
        IF locked_at IS NULL THEN
            -- ATTACH reads the whole DEFAULT under ACCESS EXCLUSIVE: 0.2 to 0.4 ms a MB, measured on 500 MB. That is
            -- no delay for intake that goes elsewhere.
            IF bytes > default_bytes_max
                AND EXISTS (SELECT FROM inbox.webhook_default AS d WHERE d.id >= recent_id AND d.id < coming_id) THEN
                RETURN QUERY SELECT missing.day, 'too-large', 0::bigint, format(
                    'webhooks are coming into the DEFAULT partition, whose %s MB ATTACH would read under lock; '
                    'tried again when it is quiet, or with a higher default_bytes_max', bytes / 1048576);
                RETURN;
            END IF;
            holder := ops.lasting_holder('inbox.webhook_default');
            IF holder IS NOT NULL THEN
                RETURN QUERY SELECT missing.day, 'busy', 0::bigint, holder || ' holds the DEFAULT partition';
                RETURN;
            END IF;
        ELSIF clock_timestamp() > locked_at + interval '25 ms' THEN
            RETURN QUERY SELECT missing.day, 'later', 0::bigint, 'the locks have been held long enough';
            RETURN;
        END IF;
        IF missing.held THEN
            SELECT count(*) INTO counted FROM (
                SELECT FROM inbox.webhook_default AS d
                WHERE d.id >= ops.day_lowest_id(missing.day) AND d.id < ops.day_lowest_id(missing.day + 1)
                LIMIT rows_max::bigint + 1) AS c;
            IF counted > rows_max THEN
                RETURN QUERY SELECT missing.day, 'too-many', 0::bigint, format(
                    'the DEFAULT partition holds more than %s webhooks of that day; they stay there until their '
                    'retention ends, or until it is called with a higher rows_max', rows_max);
                CONTINUE;
            END IF;
        END IF;
        BEGIN
            moment := clock_timestamp();
            counted := inbox.make_day(missing.day, missing.held);
            locked_at := coalesce(locked_at, moment);
            RETURN QUERY SELECT missing.day, 'made', counted, format(
                '%s webhooks moved from the DEFAULT partition', counted);
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected OR check_violation THEN
                RETURN QUERY SELECT missing.day, 'busy', 0::bigint, SQLERRM;
                RETURN;     -- the other days need the same locks; check_violation: a webhook came in behind the move
            WHEN OTHERS THEN
                RETURN QUERY SELECT missing.day, 'failed', 0::bigint, SQLSTATE || ' ' || SQLERRM;
        END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION inbox.make_days(integer, integer, bigint) IS
    'Makes the partitions of today (UTC) to today + days_ahead, and of those of the last 35 days that the DEFAULT '
    'holds rows of, moving these. One row a missing day: made, or why not: busy, later, too-large (the DEFAULT has '
    'more than default_bytes_max, and webhooks of the last ten seconds or the next minute), too-many, failed; no row: '
    'none is missing. Inserts wait for at most two locks of 50 ms, and only while it makes today or tomorrow.';

COMMIT;
