/// A run that took longer than it may and was cancelled.
struct TimeLimitExceeded: Error, Equatable, Sendable, CustomStringConvertible {
    /// The time it had.
    let limit: Duration

    var description: String { "took longer than \(limit.settingText)" }
}

/// Runs an operation that is cancelled after a time.
///
/// Returns only once the operation has returned, so it must answer to cancellation. What it returns or throws after
/// being cancelled for time is dropped: its effect may have happened.
///
/// - Parameters:
///   - limit: The time it has.
///   - sleep: Waits, and throws when the task is cancelled.
///   - operation: What is run.
/// - Throws: ``TimeLimitExceeded``, or what the operation throws in time.
func withTimeLimit(
    _ limit: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
    _ operation: @escaping @Sendable () async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
            try await operation()
            return true
        }
        group.addTask {
            do { try await sleep(limit) } catch { return true }
            return false
        }
        // The sleeper ends early only because all are cancelled; then the operation's own end counts.
        let isInTime = try await group.next() ?? true
        guard isInTime else { throw TimeLimitExceeded(limit: limit) }
        if Task.isCancelled { _ = try await group.next() }
        group.cancelAll()
    }
}
