-- Counts of the outbox: what monitor.outbox is read from, however many entries there are.
-- The entries that are there already are counted later, as that takes time (outbox_tally_base): until then monitor.outbox
-- shows what changed since, which may be below 0.
-- Locks: SHARE ROW EXCLUSIVE on outbox.entry (its triggers), for a moment.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (13, 'outbox_tally');

CREATE TABLE outbox.tally (
    seq            bigint      GENERATED ALWAYS AS IDENTITY,
    provider       text        NOT NULL,
    status         text        NOT NULL,
    delivery_state text        NOT NULL,
    count          bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    folded         boolean     NOT NULL DEFAULT false,
    CONSTRAINT tally_pkey PRIMARY KEY (seq)
) WITH (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
);
-- One folded row a key, which the fold finds and adds to; others have no index but the primary key, as in queue.tally.
CREATE UNIQUE INDEX tally_folded_key ON outbox.tally (provider, status, delivery_state) WHERE folded;
COMMENT ON TABLE outbox.tally IS
    'Changes of the number of entries, append-only: written by triggers of outbox.entry, a row per statement and key, in '
    'the statement''s own transaction; folded by outbox.fold_tally; nobody claims it. The sum of a key is how many '
    'entries it has.';
COMMENT ON COLUMN outbox.tally.seq IS 'Order of the rows.';
COMMENT ON COLUMN outbox.tally.provider IS 'As outbox.entry.provider.';
COMMENT ON COLUMN outbox.tally.status IS 'As outbox.entry.status.';
COMMENT ON COLUMN outbox.tally.delivery_state IS 'As outbox.entry.delivery_state.';
COMMENT ON COLUMN outbox.tally.count IS 'Entries that came under this key; negative: that left it.';
COMMENT ON COLUMN outbox.tally.recorded_at IS 'Start of the transaction.';
COMMENT ON COLUMN outbox.tally.folded IS 'True for the one row a key that outbox.fold_tally adds to.';
COMMENT ON INDEX outbox.tally_folded_key IS 'The row that a fold adds to.';

-- Triggers, so that whoever changes an entry counts it; by statement, so that a batch costs one small insert.
CREATE FUNCTION outbox.count_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO outbox.tally (provider, status, delivery_state, count)
        SELECT n.provider, n.status, n.delivery_state, count(*)
        FROM new_rows AS n
        GROUP BY n.provider, n.status, n.delivery_state;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO outbox.tally (provider, status, delivery_state, count)
        SELECT c.provider, c.status, c.delivery_state, sum(c.count)
        FROM (SELECT n.provider, n.status, n.delivery_state, 1 AS count FROM new_rows AS n
              UNION ALL
              SELECT o.provider, o.status, o.delivery_state, -1 FROM old_rows AS o) AS c
        GROUP BY c.provider, c.status, c.delivery_state
        HAVING sum(c.count) <> 0;
    ELSE
        INSERT INTO outbox.tally (provider, status, delivery_state, count)
        SELECT o.provider, o.status, o.delivery_state, -count(*)
        FROM old_rows AS o
        GROUP BY o.provider, o.status, o.delivery_state;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION outbox.count_entries() IS 'Writes down what a statement did to the number of entries.';
CREATE TRIGGER count_inserted AFTER INSERT ON outbox.entry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION outbox.count_entries();
COMMENT ON TRIGGER count_inserted ON outbox.entry IS 'outbox.tally.';
CREATE TRIGGER count_updated AFTER UPDATE ON outbox.entry
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION outbox.count_entries();
COMMENT ON TRIGGER count_updated ON outbox.entry IS 'outbox.tally.';
CREATE TRIGGER count_deleted AFTER DELETE ON outbox.entry
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION outbox.count_entries();
COMMENT ON TRIGGER count_deleted ON outbox.entry IS 'outbox.tally.';

CREATE FUNCTION outbox.fold_tally(rows_max integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    folded_rows bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('postroom outbox tally', 0)) THEN
        RETURN NULL;
    END IF;
    -- One statement: no reader sees an entry twice or not at all.
    WITH gone AS (
        DELETE FROM outbox.tally AS t
        WHERE t.seq = ANY (ARRAY(
            SELECT u.seq FROM outbox.tally AS u WHERE NOT u.folded ORDER BY u.seq LIMIT rows_max))
        RETURNING t.provider, t.status, t.delivery_state, t.count
    ), put AS (
        INSERT INTO outbox.tally AS t (provider, status, delivery_state, count, folded)
        SELECT g.provider, g.status, g.delivery_state, sum(g.count), true
        FROM gone AS g
        GROUP BY g.provider, g.status, g.delivery_state
        ON CONFLICT (provider, status, delivery_state) WHERE folded DO UPDATE
        SET count = t.count + excluded.count, recorded_at = excluded.recorded_at
    )
    SELECT count(*) INTO folded_rows FROM gone;
    RETURN folded_rows;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION outbox.fold_tally(integer) IS
    'Adds up to rows_max tally rows into one row a key. Returns their number; NULL where another process is at it.';

REVOKE ALL ON FUNCTION outbox.count_entries(), outbox.fold_tally(integer) FROM PUBLIC;

COMMIT;
