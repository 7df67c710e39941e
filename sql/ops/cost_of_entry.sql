-- What one message cost here and at the provider, attempt by attempt: give its outboxId, psql --set entry=… --file this.
-- provider_charge is price times size of the receipt that stands, in provider_currency; provider_charge_cny the same times
-- the receipt's rate; provider_charge_here is in our currency, and empty where no rate of the receipt leads there.
SELECT c.cycle, c.number, c.attempt_id, c.units, c.cost_per_unit, c.charge, c.currency, c.provider_units, c.provider_price,
       c.provider_rate, c.provider_currency, c.provider_charge, c.provider_charge_cny, c.provider_charge_here,
       concat_ws(', ', CASE WHEN c.segments_differ THEN 'segments differ' END,
                 CASE WHEN c.price_differs THEN 'price differs' END,
                 CASE WHEN c.currency_differs THEN 'currency differs or is not stated' END,
                 CASE WHEN c.is_duplicate THEN 'duplicate charge' END,
                 CASE WHEN c.is_without_receipt THEN 'no receipt' END,
                 CASE WHEN c.is_without_price THEN 'no price' END) AS reasons
FROM billing.attempt_cost AS c
WHERE c.entry_id = :'entry'
ORDER BY c.cycle, c.number;
