import PostgresClient

/// A price that cannot be set, because another holds from the same moment on.
package struct PriceConflict: Sendable, Equatable {
    /// Its place among those given, from 0.
    package var index: Int
    /// What is there.
    package var existing: PriceRow
}

/// Finds which of the prices given are there with another cost, in the order given.
package struct FindPriceConflicts: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT given.ordinal, p.currency, p.prefix, p.valid_from, p.cost_per_unit, p.valid_from <= now()
        FROM \(PriceColumns.table)
        JOIN billing.sms_price AS p
          ON p.currency = given.currency AND p.prefix = given.prefix
         AND p.valid_from = coalesce(given.valid_from, now())
        WHERE p.cost_per_unit <> given.cost_per_unit
        ORDER BY given.ordinal
        """
    let prices: [NewPrice]

    /// Looks these up.
    package init(_ prices: [NewPrice]) { self.prices = prices }

    package func bind(_ parameters: inout Parameters) { PriceColumns(prices: prices).append(to: &parameters) }

    package func decode(_ rows: Rows) throws(PostgresError) -> [PriceConflict] {
        try rows.map { row throws(PostgresError) in
            PriceConflict(index: Int(try row.int64()) - 1, existing: try PriceRow(&row))
        }
    }
}
