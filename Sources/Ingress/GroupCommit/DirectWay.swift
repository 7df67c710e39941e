import PostgresClient
import Synchronization

/// Whether a new webhook goes the direct way, into the next statement, or to the spool at once.
///
/// While Postgres is known to be away, no webhook waits for a deadline, because held requests cost memory and
/// connections. A connection that answers shows that it is back. But where it answered and did not store, a probe proves
/// nothing, so a few webhooks try it before all do. Only the writer changes this state.
///
///     open ──store failed──▶ closed ──answers──▶ trial ──stored──▶ open
///     open ──no connection──▶ closed ──answers──▶ open       trial ──failed──▶ closed
///
/// A trial whose commit hangs, such as for a synchronous standby that is away, leaves a waiting server process behind:
/// so the time from one failure to the next trial doubles until something is stored.
final class DirectWay: Sendable {
    /// Webhooks that try a database that had failed.
    static let trialsMax = 16
    /// How long after the first failure the next trial comes.
    static let trialPauseMin = Duration.seconds(1)
    /// The longest time from a failure to the next trial.
    static let trialPauseMax = Duration.seconds(30)

    private struct Trials {
        var pause = DirectWay.trialPauseMin
        var next = Deadline.in(.zero)
    }

    private let isOpen = Atomic(false)
    private let isTrialNeeded = Atomic(false)
    private let trials = Atomic(trialsMax)
    private let schedule = Mutex(Trials())
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Knows nothing yet.
    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

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

    /// Whether Postgres was away when last asked, so that no webhook should wait for it.
    var isClosed: Bool { state.load(ordering: .relaxed) == Self.closed }

    /// When a batch that has no other way may try a database that answered and did not store; nil for now, in which
    /// case its failure counts as another one.
    func beginTrial() -> Deadline? {
        guard isClosed, isTrialNeeded.load(ordering: .relaxed) else { return nil }
        let next = schedule.withLock { $0.next }
        guard next.instant <= now() else { return next }
        state.store(Self.usable, ordering: .relaxed)
        return nil
    }

    private static let (unknown, closed, usable) = (0, 1, 2)
    private let state = Atomic(unknown)

    /// A batch was committed.
    func stored() {
        guard !isOpen.load(ordering: .relaxed) else { return }
        schedule.withLock { $0 = Trials() }
        open()
    }

    /// What follows from a probe that passed.
    enum Answered {
        /// All may use it.
        case open
        /// Some webhooks may try it.
        case trial
        /// It failed a short while ago, and is not tried yet.
        case closed
    }

    /// It answers, which says nothing about a commit.
    func answered() -> Answered {
        if isOpen.load(ordering: .relaxed) { return .open }
        guard schedule.withLock({ $0.next.instant }) <= now() else { return .closed }
        if !isTrialNeeded.load(ordering: .relaxed) {
            open()
            return .open
        }
        state.store(Self.usable, ordering: .relaxed)
        trials.store(Self.trialsMax, ordering: .relaxed)
        return .trial
    }

    /// A batch was not committed, or is in doubt.
    func failedToStore() {
        // The tries of one batch are one failure.
        if !isClosed {
            schedule.withLock { trials in
                trials.next = Deadline(now().advanced(by: trials.pause))
                trials.pause = min(trials.pause * 2, Self.trialPauseMax)
            }
        }
        close(needsTrial: true)
    }

    /// It could not be reached.
    func failedToConnect() { close(needsTrial: false) }

    /// It answered and refused a probe, which the next one that passes disproves. What a batch has shown stays.
    func refused() { close(needsTrial: isTrialNeeded.load(ordering: .relaxed)) }

    private func open() {
        state.store(Self.usable, ordering: .relaxed)
        isOpen.store(true, ordering: .relaxed)
    }

    private func close(needsTrial: Bool) {
        isTrialNeeded.store(needsTrial, ordering: .relaxed)
        trials.store(0, ordering: .relaxed)
        isOpen.store(false, ordering: .relaxed)
        state.store(Self.closed, ordering: .relaxed)
    }
}
