import Domain

/// A price that is to be set.
public struct NewPrice: Sendable, Hashable {
    /// ISO 4217 code.
    public var currency: String
    /// First digits of the number without `+`, at most 15; empty for every destination.
    public var prefix: String
    /// Price of one part: less than ``costMax``.
    public var costPerUnit: Amount
    /// From when it holds; nil for now, by the database's clock.
    public var validFrom: Timestamp?

    /// The bound of prices, which none reaches.
    public static let costMax = 1_000_000

    /// Whether a part may cost this amount.
    public static func accepts(_ cost: Amount) -> Bool { Amount("\(costMax)").map { cost < $0 } == true }

    /// Makes one.
    public init(currency: String, prefix: String, costPerUnit: Amount, validFrom: Timestamp?) {
        self.currency = currency
        self.prefix = prefix
        self.costPerUnit = costPerUnit
        self.validFrom = validFrom
    }
}
