import Domain

/// What a part costs to numbers that begin with a prefix.
package struct SMSPrice: Sendable, Hashable {
    /// ISO 4217 code.
    package var currency: String
    /// First digits of the number without its `+`; empty = every destination.
    package var prefix: String
    /// Price of one part.
    package var costPerUnit: Amount

    package init(currency: String, prefix: String, costPerUnit: Amount) {
        self.currency = currency
        self.prefix = prefix
        self.costPerUnit = costPerUnit
    }
}
