import Domain

/// What a part costs to numbers that begin with a prefix.
public struct SMSPrice: Sendable, Hashable {
    /// ISO 4217 code.
    public var currency: String
    /// First digits of the number without its `+`; empty = every destination.
    public var prefix: String
    /// Price of one part.
    public var costPerUnit: Amount

    /// Makes one.
    public init(currency: String, prefix: String, costPerUnit: Amount) {
        self.currency = currency
        self.prefix = prefix
        self.costPerUnit = costPerUnit
    }
}
