import ArgumentParser

/// The first digits of numbers as an argument: with or without `+`; `+` alone is every destination.
struct PricePrefix: ExpressibleByArgument, Equatable, Sendable {
    /// The most digits (E.164).
    static let digitsMax = 15
    /// The digits without `+`.
    let digits: String

    init?(argument: String) {
        let digits = argument.hasPrefix("+") ? argument.dropFirst() : argument[...]
        guard !argument.isEmpty, digits.utf8.count <= Self.digitsMax,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.digits = String(digits)
    }
}
