-- monitor.cost_reconciliation: what messages cost here and at the provider. Reads billing.cost_day, which maintenance
-- keeps: at most some 750 rows a day and provider, however many messages there were.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.cost_reconciliation;

CREATE VIEW monitor.cost_reconciliation AS
SELECT d.day, d.provider, nullif(d.destination, '') AS destination, nullif(d.sender, '') AS sender,
       nullif(d.currency, '') AS currency, nullif(d.provider_currency, '') AS provider_currency, d.sends, d.units,
       d.provider_units, d.charged, d.provider_charged, d.provider_charged_cny,
       CASE WHEN d.currency = '' OR d.currencies_differ > 0 THEN NULL
            ELSE trim_scale(d.charged - d.provider_charged_here) END
           AS difference,
       d.segments_differ, d.prices_differ, d.currencies_differ, d.charged_more, d.duplicate_charges,
       d.without_receipt, d.without_price, d.receipts_without_entry
FROM billing.cost_day AS d
WHERE d.day > (now() AT TIME ZONE 'UTC')::date - 62;   -- this month and the one before, whatever their length

COMMENT ON VIEW monitor.cost_reconciliation IS
    'What messages cost, by us and by the provider, of the last 62 days: a row for each currency of ours and of the '
    'provider''s, and never a sum of two. Older days are in billing.cost_day.';
COMMENT ON COLUMN monitor.cost_reconciliation.day IS
    'UTC day on which the entries were to be sent: accepted, or scheduled (their charge is in the ledger when they were '
    'accepted); of receipts without an entry, when they came.';
COMMENT ON COLUMN monitor.cost_reconciliation.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.cost_reconciliation.destination IS 'Calling code, such as 49; NULL where there is none.';
COMMENT ON COLUMN monitor.cost_reconciliation.sender IS
    'Sender; NULL for all beyond the 500 largest pairs of destination and sender of the day, or the 200 of their ten minutes, '
    'and for receipts without an entry.';
COMMENT ON COLUMN monitor.cost_reconciliation.currency IS 'Of our charge; NULL for receipts without an entry.';
COMMENT ON COLUMN monitor.cost_reconciliation.provider_currency IS
    'Of the provider''s charge; NULL where it charged nothing so far, XXX where it did not say of which it is.';
COMMENT ON COLUMN monitor.cost_reconciliation.sends IS 'Attempts that the provider took.';
COMMENT ON COLUMN monitor.cost_reconciliation.units IS
    'Parts that are owed to us, by our count, but for what waits to be sent or is unclear.';
COMMENT ON COLUMN monitor.cost_reconciliation.provider_units IS 'Parts by the provider''s count.';
COMMENT ON COLUMN monitor.cost_reconciliation.charged IS 'What is owed to us for these parts, in currency.';
COMMENT ON COLUMN monitor.cost_reconciliation.provider_charged IS
    'Price times size of the receipts that stand, in provider_currency.';
COMMENT ON COLUMN monitor.cost_reconciliation.provider_charged_cny IS
    'The same in CNY, as far as the receipts state CNY, or USD and their rate.';
COMMENT ON COLUMN monitor.cost_reconciliation.difference IS
    'charged less what the provider charged, in currency; NULL for receipts without an entry, and where currencies_differ is not '
    '0: nothing is converted but by a receipt''s own rate (USD to CNY).';
COMMENT ON COLUMN monitor.cost_reconciliation.segments_differ IS 'Sends of which the provider counted other parts.';
COMMENT ON COLUMN monitor.cost_reconciliation.prices_differ IS 'Sends whose part costs there another price than here.';
COMMENT ON COLUMN monitor.cost_reconciliation.currencies_differ IS
    'Sends charged in another currency, or in one that was not stated.';
COMMENT ON COLUMN monitor.cost_reconciliation.charged_more IS 'Sends for which the provider charged more than we.';
COMMENT ON COLUMN monitor.cost_reconciliation.duplicate_charges IS
    'Sends charged beside another of the same cycle, for which the user pays once.';
COMMENT ON COLUMN monitor.cost_reconciliation.without_receipt IS 'Accepted sends without a receipt.';
COMMENT ON COLUMN monitor.cost_reconciliation.without_price IS 'Sends whose receipt has no price or no size.';
COMMENT ON COLUMN monitor.cost_reconciliation.receipts_without_entry IS
    'Receipts that belong to no attempt of ours; what they cost is in provider_charged.';

COMMIT;
