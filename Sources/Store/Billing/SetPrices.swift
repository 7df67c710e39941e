import PostgresClient

/// Stores prices that are not there. A price is never changed: a later one takes its place. One from now on that holds
/// already stays as it is, so that a file may be imported again.
///
/// ``FindPriceConflicts``, run afterwards in the same transaction, says whether an existing price differs.
package struct SetPrices: Statement {
    package static let sql = """
        INSERT INTO billing.sms_price (currency, prefix, valid_from, cost_per_unit)
        SELECT given.currency, given.prefix, coalesce(given.valid_from, now()), given.cost_per_unit
        FROM (
            SELECT given.currency, given.prefix, given.cost_per_unit, given.valid_from,
                   count(given.valid_from) OVER (PARTITION BY given.currency, given.prefix) AS dated
            FROM \(PriceColumns.table)
        ) AS given
        -- What is there does not say what holds now where others are given for the same numbers.
        WHERE given.dated > 0
           OR given.cost_per_unit IS DISTINCT FROM
              (SELECT p.cost_per_unit FROM billing.sms_price AS p
               WHERE p.currency = given.currency AND p.prefix = given.prefix AND p.valid_from <= now()
               ORDER BY p.valid_from DESC LIMIT 1)
        ON CONFLICT (currency, prefix, valid_from) DO NOTHING
        RETURNING currency, prefix, valid_from, cost_per_unit, valid_from <= now()
        """
    let prices: [NewPrice]

    /// Stores these.
    package init(_ prices: [NewPrice]) { self.prices = prices }

    package func bind(_ parameters: inout Parameters) { PriceColumns(prices: prices).append(to: &parameters) }

    /// Those that are new.
    package func decode(_ rows: Rows) throws(PostgresError) -> [PriceRow] {
        try rows.map(PriceRow.init)
    }
}
