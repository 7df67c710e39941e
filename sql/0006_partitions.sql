-- Partitions: the days of inbox.webhook are made ahead, emptied and dropped by any worker, without an extension.
--
-- Only an owner can make and drop partitions, so these are SECURITY DEFINER functions with a fixed search_path. Several
-- workers may call them at any time: one works, the others come back at once. Intake goes first:
--   * no wait for a lock is longer than 50 ms, because whatever conflicts with it queues behind that wait;
--   * before such a wait the function looks whether somebody has held the lock for a while, and then does not try;
--   * what could not be done is a returned row that says so, and is tried again by the next call.
-- Call each as a statement of its own: its locks last until the end of the transaction.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (6, 'partitions');

CREATE FUNCTION ops.webhook_day(id uuid) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date '1970-01-01' + (('x' || left(id::text, 8) || substr(id::text, 10, 4))::bit(48)::bigint / 86400000)::integer;
COMMENT ON FUNCTION ops.webhook_day(uuid) IS
    'UTC day of a UUIDv7: its first 48 bits are ms since 1970. A plain expression, so that it is inlined.';

CREATE FUNCTION ops.day_lowest_id(day date) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (lpad(to_hex(greatest(day - date '1970-01-01', 0) * 86400000::bigint), 12, '0') || repeat('0', 20))::uuid;
COMMENT ON FUNCTION ops.day_lowest_id(date) IS
    'Lowest id of a UTC day, from 1970: webhook_day(id) = d where day_lowest_id(d) <= id < day_lowest_id(d + 1).';

CREATE FUNCTION ops.lasting_holder(relation regclass) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    seen   text[];
    holder text;
BEGIN
    -- pg_locks tells everybody who holds what, but not since when; pg_stat_activity tells since when, but not
    -- everybody. A transaction that is still there after 200 ms is neither a webhook's INSERT nor a worker's batch.
    seen := ARRAY(
        SELECT l.virtualtransaction FROM pg_locks AS l
        WHERE l.locktype = 'relation' AND l.relation = $1 AND l.granted
          AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
          AND l.pid IS DISTINCT FROM pg_backend_pid());
    IF seen = '{}' THEN
        RETURN NULL;
    END IF;
    FOR round IN 1..10 LOOP
        PERFORM pg_sleep(0.02);
        holder := (
            SELECT coalesce('process ' || l.pid, 'a prepared transaction') FROM pg_locks AS l
            WHERE l.locktype = 'relation' AND l.relation = $1 AND l.granted
              AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
              AND l.virtualtransaction = ANY (seen)
            LIMIT 1);
        EXIT WHEN holder IS NULL;
    END LOOP;
    RETURN holder;
END
$$;
COMMENT ON FUNCTION ops.lasting_holder(regclass) IS
    'Somebody who holds a lock on the table for 200 ms or longer, such as an idle reader; NULL if nobody does.';

CREATE FUNCTION inbox.days() RETURNS TABLE (partition regclass, lowest_id uuid, past_id uuid)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT c.oid::regclass, b.bound[1]::uuid, b.bound[2]::uuid
    FROM pg_inherits AS i
    JOIN pg_class AS c ON c.oid = i.inhrelid
    CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid),
        'FROM \(''([0-9a-f-]{36})''\) TO \(''([0-9a-f-]{36})''\)') AS b (bound)
    WHERE i.inhparent = 'inbox.webhook'::regclass AND b.bound IS NOT NULL;
END;
COMMENT ON FUNCTION inbox.days() IS
    'Attached partitions of inbox.webhook but the DEFAULT, each with its lowest id and the first id past its end.';

-- Making ------------------------------------------------------------------------------------------------------------

CREATE FUNCTION inbox.make_day(day date, holds_rows boolean) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name    text := 'webhook_' || to_char(day, 'YYYYMMDD');
    low     uuid := ops.day_lowest_id(day);
    past    uuid := ops.day_lowest_id(day + 1);
    from_id uuid := low;
    columns text;
    move    text;
    moved   bigint := 0;
    late    bigint := 0;
    highest uuid;
BEGIN
    -- Made apart, attached afterwards: ATTACH takes SHARE UPDATE EXCLUSIVE on inbox.webhook, which goes with INSERT
    -- and SELECT, where CREATE TABLE … PARTITION OF takes ACCESS EXCLUSIVE. The CHECK says what the bounds say, so
    -- that ATTACH need not read the moved rows under its locks.
    EXECUTE format('CREATE TABLE inbox.%I (LIKE inbox.webhook INCLUDING ALL, '
                   'CONSTRAINT day_bounds CHECK (id >= %L AND id < %L))', name, low, past);
    EXECUTE format('COMMENT ON TABLE inbox.%I IS %L', name,
                   'Webhooks of ' || day || ' UTC: a partition of inbox.webhook.');
    IF holds_rows THEN
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns
        FROM pg_attribute AS a
        WHERE a.attrelid = 'inbox.webhook'::regclass AND a.attnum > 0 AND NOT a.attisdropped;
        move := format('WITH gone AS (DELETE FROM inbox.webhook_default WHERE id >= $1 AND id < $2 RETURNING *) '
                       'INSERT INTO inbox.%I (%s) SELECT %s FROM gone', name, columns, columns);
        -- The bulk first, without a lock that an INSERT or a SELECT would meet; others see the rows in the DEFAULT
        -- until this commits. Only the repeat of a commit in doubt waits, for the end of this. Then what came in the
        -- meantime, until that is little: from 1 s below the highest id moved, so as not to walk over all that is
        -- gone. Should one be missed, ATTACH's own look at the DEFAULT finds it, and the next call begins anew.
        FOR pass IN 1..6 LOOP
            EXECUTE move USING from_id, past;
            GET DIAGNOSTICS late = ROW_COUNT;
            moved := moved + late;
            EXECUTE format('SELECT id FROM inbox.%I ORDER BY id DESC LIMIT 1', name) INTO highest;
            EXIT WHEN late < 1000 OR highest IS NULL;
            from_id := greatest(low, (lpad(to_hex(
                ('x' || left(highest::text, 8) || substr(highest::text, 10, 4))::bit(48)::bigint - 1000
            ), 12, '0') || repeat('0', 20))::uuid);
        END LOOP;
    END IF;
    IF holds_rows OR day <= (clock_timestamp() AT TIME ZONE 'UTC')::date + 1 THEN
        -- Webhooks of this day may be coming in. One that has chosen the DEFAULT but gets its lock only after the
        -- ATTACH would be refused with 23514; so none may stand between the two. Readers are not in the way.
        LOCK TABLE ONLY inbox.webhook IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    LOCK TABLE inbox.webhook_default IN ACCESS EXCLUSIVE MODE;      -- as ATTACH will
    IF holds_rows THEN
        EXECUTE move USING from_id, past;
        GET DIAGNOSTICS late = ROW_COUNT;
        moved := moved + late;
    END IF;
    EXECUTE format('ALTER TABLE inbox.webhook ATTACH PARTITION inbox.%I FOR VALUES FROM (%L) TO (%L)', name, low, past);
    -- Nobody else can have it before the commit, so this waits for nobody; kept, each webhook would be checked again.
    EXECUTE format('ALTER TABLE inbox.%I DROP CONSTRAINT day_bounds', name);
    RETURN moved;
END
$$;
COMMENT ON FUNCTION inbox.make_day(date, boolean) IS
    'Makes one day''s partition, or raises; called by inbox.make_days only. Returns the rows moved from the '
    'DEFAULT.';

CREATE FUNCTION inbox.make_days(
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
                AND EXISTS (SELECT FROM inbox.webhook_default AS d WHERE d.id >= recent_id) THEN
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
    'holds rows of, moving these. One row a missing day: made, or why not: busy, later, too-large, too-many, '
    'failed; no row: none is missing. Inserts wait for at most two locks of 50 ms, and only while it makes today or '
    'tomorrow.';

-- Dropping ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION inbox.prune(
    retention interval, days_max integer DEFAULT 3, rows_max integer DEFAULT 10000
) RETURNS TABLE (day date, outcome text, row_count bigint, detail text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
#variable_conflict use_column
DECLARE
    oldest_kept uuid := ops.day_lowest_id(((clock_timestamp() - retention) AT TIME ZONE 'UTC')::date);
    expired     record;
    holder      text;
    bytes       bigint;
    tried       integer := 0;
    counted     bigint;
BEGIN
    IF retention IS NULL OR retention < interval '1 day' THEN
        RETURN QUERY SELECT NULL::date, 'refused', 0::bigint, 'a retention under one day';
        RETURN;
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('postroom inbox partitions', 0)) THEN
        RETURN QUERY SELECT NULL::date, 'busy', 0::bigint, 'another process is at it';
        RETURN;
    END IF;

    -- First the days that an earlier call has emptied. DROP needs ACCESS EXCLUSIVE on inbox.webhook, which an idle
    -- reader of any partition denies and which stops every INSERT; so it is done apart from the emptying, for days
    -- without a byte, when nobody has held inbox.webhook for longer than an INSERT does.
    IF EXISTS (SELECT FROM inbox.days() AS d WHERE d.past_id <= oldest_kept AND pg_relation_size(d.partition) = 0) THEN
        holder := ops.lasting_holder('inbox.webhook');
        IF holder IS NULL THEN
            BEGIN
                LOCK TABLE ONLY inbox.webhook IN ACCESS EXCLUSIVE MODE;
                FOR expired IN
                    SELECT d.partition, ops.webhook_day(d.lowest_id) AS day FROM inbox.days() AS d
                    WHERE d.past_id <= oldest_kept AND pg_relation_size(d.partition) = 0
                    ORDER BY d.lowest_id LIMIT days_max
                LOOP
                    -- With inbox.webhook locked nobody can begin to write to it; this shows that nobody is at it.
                    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', expired.partition);
                    IF pg_relation_size(expired.partition) = 0 THEN
                        EXECUTE format('DROP TABLE %s', expired.partition);
                        RETURN QUERY SELECT expired.day, 'dropped', 0::bigint, 'it was empty';
                    END IF;
                END LOOP;
                RETURN;     -- the lock ends with the transaction: nothing that takes time may follow
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    RETURN QUERY SELECT NULL::date, 'busy', 0::bigint, 'empty days are not dropped: ' || SQLERRM;
            END;
        ELSE
            RETURN QUERY SELECT NULL::date, 'busy', 0::bigint, 'empty days are not dropped: '
                || holder || ' holds inbox.webhook';
        END IF;
    END IF;

    -- Then the emptying, which gives back the space and needs a lock on that one partition only.
    FOR expired IN
        SELECT d.partition, ops.webhook_day(d.lowest_id) AS day, d.lowest_id, d.past_id FROM inbox.days() AS d
        WHERE d.past_id <= oldest_kept AND pg_relation_size(d.partition) > 0
        ORDER BY d.lowest_id
    LOOP
        EXIT WHEN tried >= days_max;
        IF EXISTS (SELECT FROM queue.webhook AS q
                   WHERE q.webhook_id >= expired.lowest_id AND q.webhook_id < expired.past_id) THEN
            RETURN QUERY SELECT expired.day, 'waiting', 0::bigint, 'webhooks of that day still wait in queue.webhook';
            CONTINUE;
        END IF;
        tried := tried + 1;
        BEGIN
            EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', expired.partition);
            -- Raw row and queue row are one statement's, so under this lock nobody can be between the two.
            IF EXISTS (SELECT FROM queue.webhook AS q
                       WHERE q.webhook_id >= expired.lowest_id AND q.webhook_id < expired.past_id) THEN
                RETURN QUERY SELECT expired.day, 'waiting', 0::bigint, 'webhooks of that day just came in';
                CONTINUE;
            END IF;
            bytes := pg_total_relation_size(expired.partition);
            EXECUTE format('TRUNCATE TABLE ONLY %s', expired.partition);
            RETURN QUERY SELECT expired.day, 'emptied', 0::bigint, format('%s MB given back', bytes / 1048576);
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                RETURN QUERY SELECT expired.day, 'busy', 0::bigint, SQLERRM;
        END;
    END LOOP;

    -- Rows past retention in the DEFAULT partition, which nobody truncates.
    BEGIN
        DELETE FROM inbox.webhook_default AS w
        WHERE w.id = ANY (ARRAY(
            SELECT d.id FROM inbox.webhook_default AS d
            WHERE d.id < oldest_kept AND NOT EXISTS (SELECT FROM queue.webhook AS q WHERE q.webhook_id = d.id)
            ORDER BY d.id LIMIT rows_max));
        GET DIAGNOSTICS counted = ROW_COUNT;
        IF counted > 0 THEN
            RETURN QUERY SELECT NULL::date, 'deleted', counted, 'from the DEFAULT partition';
        END IF;
    EXCEPTION
        WHEN lock_not_available OR deadlock_detected THEN
            RETURN QUERY SELECT NULL::date, 'busy', 0::bigint, SQLERRM;
    END;
END
$$;
COMMENT ON FUNCTION inbox.prune(interval, integer, integer) IS
    'Removes days wholly older than the retention of which nothing waits: empties up to days_max, drops those that '
    'an earlier call emptied, deletes up to rows_max old rows from the DEFAULT. One row a day: emptied, dropped, '
    'deleted (row_count), or why not: waiting, busy, refused; no row: nothing to do. Inserts wait at most 50 ms, '
    'for a drop.';

-- EXECUTE is granted by roles.sql, to those who need it.
REVOKE ALL ON FUNCTION ops.webhook_day(uuid), ops.day_lowest_id(date), ops.lasting_holder(regclass), inbox.days(),
    inbox.make_day(date, boolean), inbox.make_days(integer, integer, bigint), inbox.prune(interval, integer, integer)
    FROM PUBLIC;

-- So that the first webhook finds its day. One call makes what it can in 25 ms; here is nobody whom the rest delays.
-- Workers' maintenance goes on from here.
DO $$ BEGIN FOR round IN 1..4 LOOP PERFORM inbox.make_days(7); END LOOP; END $$;

COMMIT;
