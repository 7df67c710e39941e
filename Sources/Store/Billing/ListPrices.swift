import Domain
import PostgresClient

/// Lists prices by currency and prefix, of one prefix the latest first. Those of a number come in the order in which
/// the first that is valid decides: the longest prefix first.
package struct ListPrices: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT p.currency, p.prefix, p.valid_from, p.cost_per_unit, p.valid_from <= now()
        FROM billing.sms_price AS p
        WHERE ($1::text IS NULL OR p.currency = $1)
          AND ($2::text IS NULL OR p.prefix = ANY (SELECT left($2, n) FROM generate_series(0, length($2)) AS n))
        ORDER BY p.currency, CASE WHEN $2 IS NOT NULL THEN -length(p.prefix) END, p.prefix, p.valid_from DESC
        LIMIT $3
        """
    let currency: String?
    let number: PhoneNumber?
    let limit: Int32

    /// Lists up to `limit` of a currency, or all; with a number only those of its prefixes.
    package init(currency: String?, number: PhoneNumber?, limit: Int32) {
        self.currency = currency
        self.number = number
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(currency)
        parameters.append(number?.digits)
        parameters.append(limit)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [PriceRow] {
        try rows.map(PriceRow.init)
    }
}
