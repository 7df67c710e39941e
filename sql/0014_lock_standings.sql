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
DECLARE
    found_names      text[];
    found_kinds      text[];
    found_currencies text[];
    currencies       text[];
BEGIN
    -- What is needed of the rows that are locked is kept: looking them up again took a fifth of the whole.
    SELECT array_agg(f.name), array_agg(f.kind), array_agg(f.currency), array_agg(DISTINCT f.currency)
    INTO found_names, found_kinds, found_currencies, currencies
    FROM (SELECT a.name, a.kind, a.currency FROM billing.account AS a
          WHERE a.name = ANY (names) ORDER BY a.name FOR NO KEY UPDATE) AS f;
    -- A statement of its own: it sees what was committed while the locks were waited for.
    RETURN QUERY
    SELECT f.name, f.kind = 'prepaid', coalesce(latest.seq, 0), coalesce(latest.balance_after, 0), now(), f.currency,
           NULL::text, NULL::text
    FROM unnest(found_names, found_kinds, found_currencies) AS f (name, kind, currency)
    LEFT JOIN LATERAL (
        SELECT l.seq, l.balance_after FROM billing.ledger_entry AS l
        WHERE l.account = f.name
        ORDER BY l.seq DESC LIMIT 1
    ) AS latest ON true;
    RETURN QUERY
    SELECT DISTINCT ON (p.currency, p.prefix)
           NULL::text, NULL::boolean, NULL::bigint, NULL::numeric, NULL::timestamptz, p.currency, p.prefix,
           p.cost_per_unit::text
    FROM billing.sms_price AS p
    WHERE p.currency = ANY (currencies)
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
