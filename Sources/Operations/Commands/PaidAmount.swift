import ArgumentParser
import Domain

/// A decimal amount as an argument, exact.
struct PaidAmount: ExpressibleByArgument, Equatable, Sendable {
    /// The amount.
    let amount: Amount

    init?(argument: String) {
        guard let amount = Amount(argument) else { return nil }
        self.amount = amount
    }
}
