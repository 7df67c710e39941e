/// Where one hand-over to a provider stands, by our own knowledge. Receipts are evidence of their own and never change
/// it: they are read beside it (``entryState(of:)``).
///
///     prepared ──▶ dispatched ──▶ accepted
///        │             ├────────▶ rejected
///        │             ├────────▶ unclear ──▶ accepted, rejected, not_sent
///        └──▶ not_sent ◀┘ ──▶ accepted
package enum AttemptState: String, Sendable, CaseIterable {
    /// Written down, the provider not yet called. Exits: dispatched, not_sent (withdrawn, or its worker died).
    case prepared
    /// Committed before the call. Exits: accepted, rejected, unclear, not_sent.
    case dispatched
    /// The provider took it. No exit: what became of it is the receipts' matter.
    case accepted
    /// The provider refused it for good, or failed and no retry was left (``AttemptEvidence/providerFailed``). No exit.
    case rejected
    /// Whether the provider took it is not known. Exits, by a late answer or the record query: accepted, rejected,
    /// not_sent.
    case unclear
    /// The provider did not take it, by what it answered, and another attempt may follow: nothing was written, or it asked
    /// to come again. Exit: accepted, where it counts and a later attempt, called a duplicate, proves that it was taken.
    case notSent = "not_sent"

    /// Whether the step to `next` is legal. A state does not become itself: recording the same again is no step.
    package func canBecome(_ next: AttemptState) -> Bool {
        switch self {
        case .prepared: next == .dispatched || next == .notSent
        case .dispatched: next == .accepted || next == .rejected || next == .unclear || next == .notSent
        case .unclear: next == .accepted || next == .rejected || next == .notSent
        case .notSent: next == .accepted
        case .accepted, .rejected: false
        }
    }
}
