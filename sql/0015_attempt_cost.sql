-- What a provider charged for each attempt, against our charge: the one definition, from all the evidence.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (15, 'attempt_cost');

CREATE FUNCTION ops.time_lowest_id(at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (lpad(to_hex(greatest(floor(extract(epoch FROM at) * 1000), 0)::bigint), 12, '0') || repeat('0', 20))::uuid;
COMMENT ON FUNCTION ops.time_lowest_id(timestamptz) IS
    'Lowest UUIDv7 of a millisecond: ids made from then on are not below it, earlier ones are.';

CREATE FUNCTION billing.calling_code(digits text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN digits ~ '^[17]' THEN left(digits, 1)
    WHEN digits ~ '^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])' THEN left(digits, 2)
    WHEN digits ~ '^[2-9][0-9]{2}' THEN left(digits, 3)
    ELSE '' END;
COMMENT ON FUNCTION billing.calling_code(text) IS
    'Country or zone of a number''s digits by the numbering plan (ITU-T E.164): 1, 7, a list of two digits, else three; '
    'empty where the digits begin with none. What reports call a destination: some 250, the same before and after '
    'every change of prices, of which there may be 200 000 prefixes.';

CREATE VIEW billing.attempt_cost AS
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
               bool_or(r.rank > 1) OVER whole AS decides, bool_or(r.source = 'webhook') OVER whole AS by_webhook
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
COMMENT ON VIEW billing.attempt_cost IS
    'What a provider charged for each attempt that it took, and what we charged for the cycle: the one definition, for '
    'one entry (WHERE entry_id = …) and for slices (a range of entry_id). Never read it whole.';
COMMENT ON COLUMN billing.attempt_cost.entry_id IS 'outbox.entry.id.';
COMMENT ON COLUMN billing.attempt_cost.cycle IS '0 = the send, 1 = the first resend, and so on.';
COMMENT ON COLUMN billing.attempt_cost.number IS '1 = first attempt of the cycle.';
COMMENT ON COLUMN billing.attempt_cost.attempt_id IS 'outbox.attempt.id.';
COMMENT ON COLUMN billing.attempt_cost.provider IS 'ops.provider.name.';
COMMENT ON COLUMN billing.attempt_cost.sends_receipts IS 'Whether a receipt is to be expected of it.';
COMMENT ON COLUMN billing.attempt_cost.dispatched_at IS 'When it was handed over.';
COMMENT ON COLUMN billing.attempt_cost.recipient_phone_number IS 'E.164 with +.';
COMMENT ON COLUMN billing.attempt_cost.sender_id IS 'Sender shown to the recipient.';
COMMENT ON COLUMN billing.attempt_cost.units IS 'Parts by our own count.';
COMMENT ON COLUMN billing.attempt_cost.cost_per_unit IS 'Our price of a part, fixed at acceptance.';
COMMENT ON COLUMN billing.attempt_cost.currency IS 'Currency of our price.';
COMMENT ON COLUMN billing.attempt_cost.charge IS 'Our price of the cycle; whether it is owed is outbox.entry.owed_cycles.';
COMMENT ON COLUMN billing.attempt_cost.has_receipt IS 'Whether any receipt came.';
COMMENT ON COLUMN billing.attempt_cost.has_deciding_receipt IS 'Whether one came that says more than UNKNOWN.';
COMMENT ON COLUMN billing.attempt_cost.by_webhook IS 'Whether one came by itself; false: all were asked for.';
COMMENT ON COLUMN billing.attempt_cost.provider_units IS 'Parts by the provider''s count.';
COMMENT ON COLUMN billing.attempt_cost.provider_price IS 'The provider''s price of a part, in provider_currency.';
COMMENT ON COLUMN billing.attempt_cost.provider_rate IS
    'Exchange rate of USD to CNY of the receipt that provider_currency is of.';
COMMENT ON COLUMN billing.attempt_cost.provider_currency IS
    'Currency of the provider''s price, as the receipt that stands or else another of the attempt states it; XXX where it '
    'charged and none does (its record query never does), empty where it charged nothing.';
COMMENT ON COLUMN billing.attempt_cost.provider_charge IS
    'Price times size of the receipt that stands, in provider_currency; NULL where it has no price or no size.';
COMMENT ON COLUMN billing.attempt_cost.provider_charge_cny IS
    'Price times size times rate: the same in CNY; NULL where currency or rate is not stated.';
COMMENT ON COLUMN billing.attempt_cost.provider_charge_here IS
    'The same in our currency; NULL where it is another and the receipt''s rate does not lead to ours.';
COMMENT ON COLUMN billing.attempt_cost.segments_differ IS 'The provider counted another number of parts.';
COMMENT ON COLUMN billing.attempt_cost.price_differs IS 'The provider''s price of a part is another than ours.';
COMMENT ON COLUMN billing.attempt_cost.charged_more IS 'The provider charged more than we did.';
COMMENT ON COLUMN billing.attempt_cost.currency_differs IS 'It charged in a currency that cannot be compared with ours.';
COMMENT ON COLUMN billing.attempt_cost.is_duplicate IS
    'It charged for an earlier attempt of the same cycle, too, for which the user pays once.';
COMMENT ON COLUMN billing.attempt_cost.is_without_receipt IS 'It accepted the attempt and no receipt came.';
COMMENT ON COLUMN billing.attempt_cost.is_without_price IS 'The receipt that stands has no price or no size.';

REVOKE ALL ON FUNCTION ops.time_lowest_id(timestamptz), billing.calling_code(text) FROM PUBLIC;

COMMIT;
