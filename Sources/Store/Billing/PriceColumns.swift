import PostgresClient

/// Prices as the columns of an `unnest`.
struct PriceColumns {
    /// The columns, for a FROM clause; `$1` to `$4` are ``append(to:)``'s.
    static let table = """
        unnest($1::text[], $2::text[], $3::numeric[], $4::timestamptz[]) WITH ORDINALITY
                AS given (currency, prefix, cost_per_unit, valid_from, ordinal)
        """
    let prices: [NewPrice]

    func append(to parameters: inout Parameters) {
        var currency = ArrayParameter(.text)
        var prefix = ArrayParameter(.text)
        var costPerUnit = ArrayParameter(.numeric)
        var validFrom = ArrayParameter(.timestamptz)
        for price in prices {
            currency.append(price.currency)
            prefix.append(price.prefix)
            costPerUnit.append(Numeric(price.costPerUnit))
            validFrom.append(optional: price.validFrom) { $0.append(microseconds: $1.microseconds) }
        }
        for array in [currency, prefix, costPerUnit, validFrom] { parameters.append(array) }
    }
}
