import NIOCore
import Synchronization

/// Counts the open connections of all listeners and says when there is room for another.
final class OpenConnections: Sendable {
    private let max: Int
    private let metrics: IngressMetrics
    private let count = Atomic<Int>(0)
    private let gates = Mutex<[@Sendable () -> Void]>([])

    /// Allows `max` connections.
    init(max: Int, metrics: IngressMetrics) {
        self.max = max
        self.metrics = metrics
    }

    /// Whether another one may be accepted.
    var hasRoom: Bool { count.load(ordering: .sequentiallyConsistent) < max }

    /// Counts a connection; false if there is no room for it.
    func enter() -> Bool {
        let (before, after) = count.add(1, ordering: .sequentiallyConsistent)
        guard before < max else {
            count.subtract(1, ordering: .sequentiallyConsistent)
            return false
        }
        metrics.record(connectionsOpen: after)
        return true
    }

    /// A counted connection has ended. If there was no room before, the listeners are told that there is.
    func leave() {
        let (before, after) = count.subtract(1, ordering: .sequentiallyConsistent)
        metrics.record(connectionsOpen: after)
        guard before >= max else { return }
        for wake in gates.withLock({ $0 }) { wake() }
    }

    /// Adds a listener that wants to be told.
    func onRoom(_ wake: @escaping @Sendable () -> Void) {
        gates.withLock { $0.append(wake) }
    }

    /// Tells nobody any more: the listeners are closed.
    func forgetListeners() {
        gates.withLock { $0 = [] }
    }
}
