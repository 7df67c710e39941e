-- The order of a provider's pauses and resumptions no longer hangs on an advisory lock, which every role may hold, also one
-- that may only look: while somebody held it for his session, the outcomes that a pause came with were refused.
-- Locks: SHARE ROW EXCLUSIVE on ops.provider_event for a moment, so that whoever records an event has either committed it
-- or does so by the new lock: a pause or a resumption waits.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (36, 'provider_event_lock');

LOCK TABLE ops.provider_event IN SHARE ROW EXCLUSIVE MODE;
CREATE OR REPLACE FUNCTION alert.lock_provider_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- One writer at a time, until its commit: the order of seq is then that in which the next one sees them, and what two
    -- workers find out at the same moment is one pause. Before the statement, as its rows have their seq before any trigger
    -- of theirs, and so of all providers, which are few. No role but the owner may lock their rows.
    PERFORM p.name FROM ops.provider AS p ORDER BY p.name FOR NO KEY UPDATE;
    RETURN NULL;
END
$$;

COMMIT;
