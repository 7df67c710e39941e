/// What a provider answers when it is asked for a page of one day's records.
package enum DayListAnswer: Hashable, Sendable {
    /// A page, and how many records the day has. Records that cannot be read are left out, so a page may be shorter
    /// than requested: go on by `total`, not by the count.
    case page(records: [ProviderRecord], total: Int)
    /// The day is too long ago to be asked for.
    case tooOld
    /// There is no such question, for example of a day that has not begun where the provider is; others may be
    /// answered.
    case invalid
    /// Asked too often; ask later.
    case tooOften
    /// It would not say; its code, where one could be read.
    case refused(code: String?)
    /// The answer has no meaning; ask again.
    case unreadable
}
