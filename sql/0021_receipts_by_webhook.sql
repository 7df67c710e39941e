-- Which receipts came by themselves, and which the sweep had to ask for: an UNKNOWN that came by itself is not the
-- receipt that decides. Until now an attempt that had one counted as received because the provider called, also where
-- what decided it had been asked for, so that monitor.delivery.receipts_by_query left out what the sweep had saved there.
-- Slices of the last two hours are computed anew in any case; what older ones came to stays until evidence comes.
-- Locks: ACCESS EXCLUSIVE on the view billing.attempt_cost, which folding, day lists and reports read.
-- Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (21, 'receipts_by_webhook');

CREATE OR REPLACE VIEW billing.attempt_cost AS
WITH weighed AS (
    SELECT e.id AS entry_id, a.cycle, a.number, a.id AS attempt_id, a.provider, p.sends_receipts, a.dispatched_at,
           e.recipient_phone_number, e.sender_id, e.sms_units_used AS units, e.cost_per_unit, e.currency,
           w.id IS NOT NULL AS has_receipt, coalesce(w.decides, false) AS has_deciding_receipt,
           coalesce(w.by_webhook, false) AS by_webhook, w.price AS provider_price, w.size AS provider_units,
           CASE WHEN s.currency IS NULL THEN w.rate ELSE s.rate END AS provider_rate,
           -- XXX is ISO 4217's word for none: a charge of an unknown currency is in no row with what was not charged at all.
           coalesce(w.stated_currency, s.currency, CASE WHEN w.price * w.size > 0 THEN 'XXX' ELSE '' END)
               AS provider_currency,
           w.price * w.size AS provider_charge
    FROM outbox.entry AS e
    CROSS JOIN LATERAL (
        SELECT t.id, t.cycle, t.number, t.provider, t.state, t.dispatched_at
        FROM outbox.attempt AS t WHERE t.entry_id = e.id
        OFFSET 0   -- fence: for each entry by its index
    ) AS a
    JOIN ops.provider AS p ON p.name = a.provider
    LEFT JOIN LATERAL (
        -- The receipt that stands, by the order of Domain's merge. Of the key the first four bytes are the reported time.
        SELECT r.id, r.price, r.size, r.rate,
               CASE WHEN upper(btrim(r.currency)) ~ '^[A-Z]{3}$' THEN upper(btrim(r.currency)) END AS stated_currency,
               bool_or(r.rank > 1) OVER whole AS decides,
               bool_or(r.source = 'webhook' AND r.rank > 1) OVER whole AS by_webhook
        FROM outbox.receipt AS r
        WHERE r.entry_id = e.id AND r.attempt_id = a.id
        WINDOW whole AS (PARTITION BY 1)
        ORDER BY r.rank DESC, substring(uuid_send(r.id) FOR 4) DESC,
                 CASE WHEN btrim(r.status) ~ '^[-+]?[0-9]{1,100}$' THEN btrim(r.status)::numeric END ASC NULLS LAST,
                 r.id DESC
        LIMIT 1
    ) AS w ON true
    LEFT JOIN LATERAL (
        -- The record query states no currency. Where that one stands, what it charged is in the currency, and at the rate,
        -- that another receipt of the attempt states: of several the same each time.
        SELECT r.rate, upper(btrim(r.currency)) AS currency
        FROM outbox.receipt AS r
        WHERE w.id IS NOT NULL AND w.stated_currency IS NULL AND r.entry_id = e.id AND r.attempt_id = a.id
          AND upper(btrim(r.currency)) ~ '^[A-Z]{3}$'
        ORDER BY r.rank DESC, r.id DESC
        LIMIT 1
    ) AS s ON true
    WHERE a.state = 'accepted' OR w.id IS NOT NULL
), converted AS (
    SELECT w.*,
           -- Into our currency only as the receipt itself says: its rate is of USD to CNY.
           CASE WHEN w.provider_currency = w.currency THEN 1
                WHEN w.provider_currency = 'USD' AND w.currency = 'CNY' THEN w.provider_rate END AS factor
    FROM weighed AS w
)
SELECT c.entry_id, c.cycle, c.number, c.attempt_id, c.provider, c.sends_receipts, c.dispatched_at,
       c.recipient_phone_number, c.sender_id, c.units, c.cost_per_unit, c.currency, c.units * c.cost_per_unit AS charge,
       c.has_receipt, c.has_deciding_receipt, c.by_webhook,
       c.provider_units, c.provider_price, c.provider_rate, c.provider_currency, c.provider_charge,
       c.provider_charge * CASE c.provider_currency WHEN 'CNY' THEN 1 WHEN 'USD' THEN c.provider_rate END
           AS provider_charge_cny,
       c.provider_charge * c.factor AS provider_charge_here,
       coalesce(c.provider_units <> c.units, false) AS segments_differ,
       coalesce(c.provider_price * c.factor <> c.cost_per_unit, false) AS price_differs,
       coalesce(c.provider_charge * c.factor > c.units * c.cost_per_unit, false) AS charged_more,
       coalesce(c.provider_charge > 0, false) AND c.factor IS NULL AS currency_differs,
       coalesce(c.provider_charge > 0, false)
           AND count(*) FILTER (WHERE c.provider_charge > 0) OVER cycle_so_far > 1 AS is_duplicate,
       NOT c.has_receipt AND c.sends_receipts AS is_without_receipt,
       c.has_receipt AND c.provider_charge IS NULL AS is_without_price
FROM converted AS c
WINDOW cycle_so_far AS (PARTITION BY c.entry_id, c.cycle ORDER BY c.number);
COMMENT ON COLUMN billing.attempt_cost.by_webhook IS
    'Whether one that says more than UNKNOWN came by itself; false: there is none, or all such were asked for.';
COMMENT ON COLUMN billing.cost_slice.receipts_by_webhook IS
    'Of them, those with a deciding receipt that came by itself.';

COMMIT;
