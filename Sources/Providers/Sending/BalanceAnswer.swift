import Domain

/// What a provider answers when it is asked for the balance.
package enum BalanceAnswer: Hashable, Sendable {
    /// The balance in plain decimal digits, with a minus sign where the account is overdrawn; how far it may be,
    /// likewise, where that is said; the currency where it is named.
    case balance(amount: String, credit: String?, currency: String?)
    /// Asked too often; ask later.
    case tooOften
    /// It would not say; its code, where one could be read.
    case refused(code: String?)
    /// The answer has no meaning; ask again.
    case unreadable
}

extension BalanceAnswer {
    /// Whether there is something to spend: amount and credit together are above zero.
    ///
    /// A postpaid account is usually below zero, so the amount alone would never suffice. Whether the amount already
    /// includes the credit is not documented: if it does, this is true too early, and the next refusal pauses again.
    package var hasMoney: Bool {
        guard case .balance(let amountText, let creditText, _) = self else { return false }
        let credit = creditText.flatMap { Amount($0) }
        if amountText.hasPrefix("-") {
            guard let credit, let debt = Amount(amountText.dropFirst()) else { return false }
            return credit > debt
        }
        return [Amount(amountText), credit].contains { ($0?.coefficient ?? 0) > 0 }
    }
}
