/// What a provider answers when it is asked for the balance.
public enum BalanceAnswer: Hashable, Sendable {
    /// The balance in plain decimal digits, perhaps with a minus sign; the currency where it is named.
    case balance(amount: String, currency: String?)
    /// Asked too often; ask later.
    case tooOften
    /// It would not say; its code, where one could be read.
    case refused(code: String?)
    /// The answer has no meaning; ask again.
    case unreadable
}
