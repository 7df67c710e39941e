-- monitor.horizon: who holds back vacuum, so that dead rows pile up.
-- pg_stat_activity shows other roles' transactions to a superuser or a member of pg_read_all_stats only, so a function
-- looks with the owner's eyes. Where the owner is neither, backends of other roles are missing here.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.horizon;
DROP FUNCTION IF EXISTS monitor.horizon_holders();

CREATE FUNCTION monitor.horizon_holders()
RETURNS TABLE (kind text, pid integer, name text, state text, transactions bigint, seconds numeric)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    -- A vacuum of its own does not hold back others.
    SELECT 'backend', a.pid, a.usename || ' ' || a.application_name, a.state,
           age(coalesce(a.backend_xmin, a.backend_xid))::bigint,
           greatest(0, extract(epoch FROM now() - a.xact_start))::numeric(15, 3)
    FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND coalesce(a.backend_xmin, a.backend_xid) IS NOT NULL
      AND a.backend_type NOT IN ('walsender', 'autovacuum worker') AND a.pid <> pg_backend_pid()
    UNION ALL
    SELECT 'prepared', NULL, p.gid, NULL, age(p.transaction)::bigint,
           extract(epoch FROM now() - p.prepared)::numeric(15, 3)
    FROM pg_prepared_xacts AS p
    WHERE p.database = current_database()
    UNION ALL
    SELECT 'slot', s.active_pid, s.slot_name, CASE WHEN s.active THEN 'active' ELSE 'inactive' END,
           greatest(age(s.xmin), age(s.catalog_xmin))::bigint, NULL
    FROM pg_replication_slots AS s
    WHERE coalesce(s.xmin, s.catalog_xmin) IS NOT NULL
    UNION ALL
    SELECT 'standby', r.pid, r.application_name, r.state, age(r.backend_xmin)::bigint, NULL
    FROM pg_stat_replication AS r
    WHERE r.backend_xmin IS NOT NULL;
END;
COMMENT ON FUNCTION monitor.horizon_holders() IS 'What monitor.horizon shows, seen with the owner''s eyes.';
REVOKE ALL ON FUNCTION monitor.horizon_holders() FROM PUBLIC;

CREATE VIEW monitor.horizon AS
SELECT h.kind, h.pid, h.name, h.state, h.transactions, h.seconds, h.seconds * interval '1 second' AS age,
       (SELECT coalesce(sum(s.n_dead_tup), 0)::bigint FROM pg_catalog.pg_stat_all_tables AS s
        WHERE s.schemaname IN ('inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert', 'ops')) AS dead_rows
FROM monitor.horizon_holders() AS h;

COMMENT ON VIEW monitor.horizon IS
    'Who holds back the vacuum horizon of this database, the worst being the one with most transactions.';
COMMENT ON COLUMN monitor.horizon.kind IS 'backend, prepared (transaction), slot or standby.';
COMMENT ON COLUMN monitor.horizon.pid IS
    'Process of the server: backend, wal sender, or user of the slot; NULL for a prepared transaction.';
COMMENT ON COLUMN monitor.horizon.name IS
    'Role and application, prepared transaction''s name, slot''s name, or standby''s name.';
COMMENT ON COLUMN monitor.horizon.state IS
    'State of the backend (idle in transaction is the usual culprit), slot or standby.';
COMMENT ON COLUMN monitor.horizon.transactions IS 'Transactions begun since the oldest row version it keeps.';
COMMENT ON COLUMN monitor.horizon.seconds IS 'Age of its transaction in seconds; NULL where it is not known.';
COMMENT ON COLUMN monitor.horizon.age IS 'seconds, as an interval; NULL likewise.';
COMMENT ON COLUMN monitor.horizon.dead_rows IS
    'Dead rows in all our tables, which vacuum could remove were it not for such holders; an estimate.';

COMMIT;
