import Synchronization

/// Reports that wait to be written; bounded by the calls in flight, as no call begins while too many wait.
final class PendingReports<Report: Sendable>: Sendable {
    private struct State {
        var reports: [Report] = []
        /// Somebody writes, and will look again.
        var isWriting = false
    }

    private let state = Mutex(State())

    /// How many wait.
    var count: Int { state.withLock { $0.reports.count } }

    /// Adds reports.
    ///
    /// - Returns: whether the caller has to see to it that somebody writes.
    func add(_ reports: some Sequence<Report>) -> Bool {
        state.withLock { state in
            state.reports.append(contentsOf: reports)
            defer { state.isWriting = true }
            return !state.isWriting
        }
    }

    /// The next reports, at most so many; nil where there are none, and then the caller no longer writes.
    func take(_ countMax: Int) -> [Report]? {
        state.withLock { state in
            guard !state.reports.isEmpty else {
                state.isWriting = false
                return nil
            }
            let batch = Array(state.reports.prefix(countMax))
            state.reports.removeFirst(batch.count)
            return batch
        }
    }
}
