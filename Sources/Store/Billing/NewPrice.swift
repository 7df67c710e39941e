import Domain

/// A price that is to be set.
package struct NewPrice: Sendable, Hashable {
    /// ISO 4217 code.
    package var currency: String
    /// First digits of the number without `+`, at most 15; empty for every destination.
    package var prefix: String
    /// Price of one part: less than ``costMax``.
    package var costPerUnit: Amount
    /// From when it holds; nil for now, by the database's clock.
    package var validFrom: Timestamp?

    /// The bound of prices, which none reaches.
    package static let costMax = 1_000_000

    /// Whether a part may cost this amount.
    package static func accepts(_ cost: Amount) -> Bool { Amount("\(costMax)").map { cost < $0 } == true }

    package init(currency: String, prefix: String, costPerUnit: Amount, validFrom: Timestamp?) {
        self.currency = currency
        self.prefix = prefix
        self.costPerUnit = costPerUnit
        self.validFrom = validFrom
    }
}
