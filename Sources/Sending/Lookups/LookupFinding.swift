import Providers

/// What asking the provider about one attempt brought.
enum LookupFinding: Sendable, Equatable {
    /// The provider has it.
    case found(ProviderRecord)
    /// The provider answered and did not show it, which proves nothing.
    case absent
    /// The provider was not asked, or did not answer.
    case unanswered
}
