import Synchronization

/// Whether a new webhook goes the direct way, into the next statement, or to the spool at once.
///
/// While Postgres is known to be away nobody waits for a deadline: held requests cost memory and connections. It is
/// known to be back by a connection that answers; where it had answered and did not store, a sign of life proves
/// nothing, and a few webhooks try it before all do. Only the writer changes it.
///
///     open ──store failed──▶ closed ──answers──▶ trial ──stored──▶ open
///     open ──no connection──▶ closed ──answers──▶ open       trial ──failed──▶ closed
final class DirectWay: Sendable {
    /// Webhooks that try a database that had failed.
    static let trialsMax = 16

    private let isOpen = Atomic(false)
    private let isTrialNeeded = Atomic(false)
    private let trials = Atomic(trialsMax)

    /// Whether a webhook that comes now goes the direct way. Any thread may ask; each asking counts in a trial.
    func admits() -> Bool {
        if isOpen.load(ordering: .relaxed) { return true }
        var left = trials.load(ordering: .relaxed)
        while left > 0 {
            let (exchanged, original) = trials.weakCompareExchange(
                expected: left, desired: left - 1, ordering: .relaxed)
            if exchanged { return true }
            left = original
        }
        return false
    }

    /// Whether Postgres was away when last asked, so that nobody should wait for it.
    var isClosed: Bool { state.load(ordering: .relaxed) == Self.closed }

    private static let (unknown, closed, usable) = (0, 1, 2)
    private let state = Atomic(unknown)

    /// A batch was committed.
    func stored() {
        guard !isOpen.load(ordering: .relaxed) else { return }
        state.store(Self.usable, ordering: .relaxed)
        isOpen.store(true, ordering: .relaxed)
    }

    /// It answers, which says nothing of a commit.
    func answered() {
        if !isTrialNeeded.load(ordering: .relaxed) { return stored() }
        state.store(Self.usable, ordering: .relaxed)
        trials.store(Self.trialsMax, ordering: .relaxed)
    }

    /// A batch was not committed, or is in doubt.
    func failedToStore() { close(needsTrial: true) }

    /// It could not be reached.
    func failedToConnect() { close(needsTrial: false) }

    private func close(needsTrial: Bool) {
        isTrialNeeded.store(needsTrial, ordering: .relaxed)
        trials.store(0, ordering: .relaxed)
        isOpen.store(false, ordering: .relaxed)
        state.store(Self.closed, ordering: .relaxed)
    }
}
