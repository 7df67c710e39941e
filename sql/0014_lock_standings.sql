-- What every group of sends begins with, in one statement: locks, balances, prices.
-- Locks: none that others wait for (functions only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (14, 'lock_standings');

CREATE FUNCTION billing.lock_standings(
    names text[], prefixes text[],
    OUT name text, OUT is_prepaid boolean, OUT last_seq bigint, OUT balance numeric, OUT transaction_time timestamptz,
    OUT currency text, OUT prefix text, OUT cost_per_unit text)
RETURNS SETOF record
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    PERFORM FROM billing.account AS a WHERE a.name = ANY (names) ORDER BY a.name FOR NO KEY UPDATE;
    -- A statement of its own: it sees what was committed while the locks were waited for.
    RETURN QUERY
    SELECT a.name, a.kind = 'prepaid', coalesce(latest.seq, 0), coalesce(latest.balance_after, 0), now(), a.currency,
           NULL::text, NULL::text
    FROM billing.account AS a
    LEFT JOIN LATERAL (
        SELECT l.seq, l.balance_after FROM billing.ledger_entry AS l
        WHERE l.account = a.name
        ORDER BY l.seq DESC LIMIT 1
    ) AS latest ON true
    WHERE a.name = ANY (names);
    RETURN QUERY
    SELECT DISTINCT ON (p.currency, p.prefix)
           NULL::text, NULL::boolean, NULL::bigint, NULL::numeric, NULL::timestamptz, p.currency, p.prefix,
           p.cost_per_unit::text
    FROM billing.sms_price AS p
    WHERE p.currency IN (SELECT a.currency FROM billing.account AS a WHERE a.name = ANY (names))
      AND p.prefix = ANY (prefixes)
      AND p.valid_from <= now()
    ORDER BY p.currency, p.prefix, p.valid_from DESC;
END
$$;
COMMENT ON FUNCTION billing.lock_standings(text[], text[]) IS
    'Locks accounts as billing.lock_accounts does, and returns where each stands under its lock, then, in rows without a '
    'name, the prices that hold now in their currencies for these prefixes. One statement instead of three, as every group of '
    'sends begins with it; with plans that are kept, as making them took longer than running them.';
REVOKE ALL ON FUNCTION billing.lock_standings(text[], text[]) FROM PUBLIC;

ALTER FUNCTION billing.lock_accounts(text[]) SET plan_cache_mode = force_generic_plan;

COMMIT;
