import Synchronization

/// Reports that wait to be written; bounded by the calls in flight, because no call begins while too many wait.
///
/// A report that could not be written is left for a while, and then taken alone, between two batches of others: it
/// holds none of them up for longer than its own try.
final class PendingReports<Report: Sendable>: Sendable {
    /// What is to be written next, in one transaction.
    enum Taken {
        /// Reports that were not tried yet.
        case batch([Report])
        /// One that was left.
        case left(Report)
    }

    private struct State {
        var reports: [Report] = []
        /// In the order in which they are due.
        var left: [(report: Report, due: ContinuousClock.Instant)] = []
        /// One that was left comes next, if one is due.
        var isTurnOfLeft = false
        /// Somebody writes, and will look again.
        var isWriting = false
    }

    private let state = Mutex(State())

    /// How many wait, including those that are left.
    var count: Int { state.withLock { $0.reports.count + $0.left.count } }

    /// Adds reports.
    ///
    /// - Returns: whether the caller has to see to it that somebody writes.
    func add(_ reports: some Sequence<Report>) -> Bool {
        state.withLock { state in
            state.reports.append(contentsOf: reports)
            return Self.begin(&state)
        }
    }

    /// Adds reports that could not be written, to be tried again from an instant on, which is never before that of
    /// those left already. The caller sees to it that somebody writes then: see ``beginAgain()``.
    func leave(_ reports: some Sequence<Report>, until due: ContinuousClock.Instant) {
        state.withLock { $0.left += reports.map { ($0, due) } }
    }

    /// - Returns: whether the caller has to see to it that somebody writes.
    func beginAgain() -> Bool { state.withLock { Self.begin(&$0) } }

    private static func begin(_ state: inout State) -> Bool {
        defer { state.isWriting = true }
        return !state.isWriting
    }

    /// What is to be written next, at most `countMax`; nil where there is nothing, and then the caller no longer
    /// writes.
    func take(_ countMax: Int, now: ContinuousClock.Instant = .now) -> Taken? {
        state.withLock { state in
            let isLeftDue = state.left.first.map { $0.due <= now } ?? false
            if isLeftDue, state.isTurnOfLeft || state.reports.isEmpty {
                state.isTurnOfLeft = false
                return .left(state.left.removeFirst().report)
            }
            guard !state.reports.isEmpty else {
                state.isWriting = false
                return nil
            }
            state.isTurnOfLeft = true
            let batch = Array(state.reports.prefix(countMax))
            state.reports.removeFirst(batch.count)
            return .batch(batch)
        }
    }

    /// All that are left, due or not: no more are to be tried again.
    func takeLeft() -> [Report] {
        state.withLock { state in
            defer { state.left = [] }
            return state.left.map(\.report)
        }
    }
}
