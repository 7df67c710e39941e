-- The entries that were there before outbox.tally was: what its triggers have not counted.
-- In a transaction of its own, so that nobody waits for the count: the triggers hold their lock only until their own
-- transaction ends. One statement sees one moment, in which entries and counts belong together, whatever goes on.
-- Locks: none that others wait for. Takes about a second a million entries.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (19, 'outbox_tally_base');

INSERT INTO outbox.tally (provider, status, delivery_state, count)
SELECT provider, status, delivery_state, coalesce(e.count, 0) - coalesce(t.count, 0)
FROM (
    SELECT o.provider, o.status, o.delivery_state, count(*) AS count
    FROM outbox.entry AS o
    GROUP BY o.provider, o.status, o.delivery_state
) AS e
FULL JOIN (
    SELECT c.provider, c.status, c.delivery_state, sum(c.count)::bigint AS count
    FROM outbox.tally AS c
    GROUP BY c.provider, c.status, c.delivery_state
) AS t USING (provider, status, delivery_state)
WHERE coalesce(e.count, 0) <> coalesce(t.count, 0);

COMMIT;
