import Providers

/// What asking the provider about one attempt brought.
enum LookupFinding: Sendable, Equatable {
    /// The provider has it.
    case found(ProviderRecord)
    /// The provider was asked by its ids and did not show it, nor do the lists of its days, which proves nothing.
    case absent
    /// The provider was asked by its ids and did not show it; not all was asked yet: the lists of its days remain, or
    /// the day of its dispatch has not begun where the provider is.
    case unlisted
    /// The provider was not asked, or did not answer.
    case unanswered
}
