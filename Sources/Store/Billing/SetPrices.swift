import PostgresClient

/// Stores prices that are not there. A price is never changed: a later one takes its place.
///
/// ``FindPriceConflicts``, run afterwards in the same transaction, says whether an existing price differs.
public struct SetPrices: Statement {
    /// The statement.
    public static let sql = """
        INSERT INTO billing.sms_price (currency, prefix, valid_from, cost_per_unit)
        SELECT given.currency, given.prefix, coalesce(given.valid_from, now()), given.cost_per_unit
        FROM \(PriceColumns.table)
        ON CONFLICT (currency, prefix, valid_from) DO NOTHING
        RETURNING currency, prefix, valid_from, cost_per_unit, valid_from <= now()
        """
    let prices: [NewPrice]

    /// Stores these.
    public init(_ prices: [NewPrice]) { self.prices = prices }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { PriceColumns(prices: prices).append(to: &parameters) }

    /// Those that are new.
    public func decode(_ rows: Rows) throws(PostgresError) -> [PriceRow] {
        try rows.map { row throws(PostgresError) in try PriceRow(row) }
    }
}
