/// Which of an account's waiting sends go first.
package enum SendPriority: String, Sendable, CaseIterable {
    /// After those of high priority.
    case normal
    /// Before the others.
    case high
}
