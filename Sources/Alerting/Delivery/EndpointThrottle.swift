import Domain
import Synchronization

/// Which endpoints are to be left alone for a while, as they asked for it.
///
/// In memory only: each worker learns it by one delivery, and another after a restart. Nothing is written for it.
final class EndpointThrottle: Sendable {
    /// Endpoints remembered at most; where more ask for patience the oldest wishes are forgotten, and learnt again.
    static let endpointsMax = 10_000

    private let until = Mutex<[EndpointID: ContinuousClock.Instant]>([:])

    /// Leaves one alone until a moment; an earlier one does not shorten it.
    func hold(_ endpoint: EndpointID, until moment: ContinuousClock.Instant, now: ContinuousClock.Instant) {
        until.withLock { until in
            if until.count >= Self.endpointsMax {
                until = until.filter { $0.value > now }
                if until.count >= Self.endpointsMax { until = [:] }
            }
            until[endpoint] = max(moment, until[endpoint] ?? moment)
        }
    }

    /// Whether one is to be left alone now.
    func holds(_ endpoint: EndpointID, at now: ContinuousClock.Instant) -> Bool {
        until.withLock { until in
            guard let moment = until[endpoint] else { return false }
            if moment > now { return true }
            until[endpoint] = nil
            return false
        }
    }
}
