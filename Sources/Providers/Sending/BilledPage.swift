import Domain

/// What a provider answers when it is asked for a page of a day's bill.
package enum BilledPage: Hashable, Sendable {
    /// A page, how many of its records have no message id, and how many records the day has.
    case page(records: [BilledRecord], withoutID: Int, total: Int)
    /// Asked too often; ask later.
    case tooOften
    /// It would not say; its code, where one could be read.
    case refused(code: String?)
    /// The answer has no meaning.
    case unreadable
}
