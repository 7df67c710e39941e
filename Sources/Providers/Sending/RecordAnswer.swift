/// What a provider answers when it is asked for one message's record.
package enum RecordAnswer: Hashable, Sendable {
    /// It has one.
    case found(ProviderRecord)
    /// It has none for that day and id, which proves nothing: the day's zone is not known.
    case notFound
    /// The day is too long ago to be asked for.
    case tooOld
    /// There is no such question, for example of a day that has not begun where the provider is; others may be
    /// answered.
    case invalid
    /// Asked too often; ask later.
    case tooOften
    /// It would not say, for example because of a wrong key; its code, where one could be read.
    case refused(code: String?)
    /// The answer has no meaning; ask again.
    case unreadable
}
