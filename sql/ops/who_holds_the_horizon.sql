-- Who keeps vacuum from removing dead rows, the worst first, and what piles up. An idle backend can be ended with
-- SELECT pg_terminate_backend(pid); a forgotten prepared transaction with ROLLBACK PREPARED 'name'; a slot that nobody
-- uses with SELECT pg_drop_replication_slot('name').
SELECT h.kind, h.pid, h.name, h.state, h.transactions, h.seconds, h.dead_rows
FROM monitor.horizon AS h
ORDER BY h.transactions DESC;

SELECT t.schemaname || '.' || t.relname AS table_name, t.n_live_tup AS live_rows, t.n_dead_tup AS dead_rows,
       pg_size_pretty(pg_total_relation_size(t.relid)) AS size, t.last_autovacuum
FROM pg_stat_all_tables AS t
WHERE t.schemaname IN ('inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert', 'ops') AND t.n_dead_tup > 0
ORDER BY t.n_dead_tup DESC
LIMIT 20;
