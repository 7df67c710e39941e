import Domain
import PostgresClient

/// A price of one part, as the table has it.
package struct PriceRow: Sendable, Equatable {
    /// ISO 4217 code.
    package var currency: String
    /// First digits of the number without `+`; empty for every destination.
    package var prefix: String
    /// From when it holds.
    package var validFrom: Timestamp
    /// Price of one part.
    package var costPerUnit: Numeric
    /// Whether its time has come.
    package var isValid: Bool

    package init(currency: String, prefix: String, validFrom: Timestamp, costPerUnit: Numeric, isValid: Bool) {
        self.currency = currency
        self.prefix = prefix
        self.validFrom = validFrom
        self.costPerUnit = costPerUnit
        self.isValid = isValid
    }

    /// Reads currency, prefix, valid_from, cost_per_unit, and whether it is valid: the first columns of a row.
    init(_ row: inout Row) throws(PostgresError) {
        currency = try row.text()
        prefix = try row.text()
        validFrom = Timestamp(microseconds: try row.timestamptz())
        costPerUnit = try row.numeric()
        isValid = try row.bool()
    }
}
