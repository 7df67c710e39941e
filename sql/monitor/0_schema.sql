-- Schema monitor: what holds, what waits and what is wrong, as SQL. Repeatable: applied again when it changes.
-- Privileges are in roles.sql, as defaults of the schema, so that a view that is made anew has them at once.
-- Locks: ACCESS EXCLUSIVE on the view that a file replaces; it gives up after 2 s.   Phase: before the deploy.
BEGIN;

SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS monitor;
COMMENT ON SCHEMA monitor IS
    'The interface for operators and their tools: views over tallies, small tables and, by their indexes, the open or last rows '
    'of large ones; no lock but ACCESS SHARE. Role postroom_monitor may read these and nothing else.';

COMMIT;
