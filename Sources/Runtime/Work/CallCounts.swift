import CoreMetrics
import Synchronization

/// What the calls of a process to other systems have done, for heartbeats and metrics.
package final class CallCounts: Sendable {
    private let claimedCount = Atomic<Int64>(0)
    private let flyingCount = Atomic<Int>(0)
    private let inFlight: Gauge
    private let duration: Timer

    /// Counts that these metrics show.
    package init(inFlight: Gauge, duration: Timer) {
        self.inFlight = inFlight
        self.duration = duration
    }

    /// How much was claimed since the start.
    package var claimed: Int64 { claimedCount.load(ordering: .relaxed) }

    /// Adds what a claim brought.
    package func claimed(_ count: Int) { claimedCount.add(Int64(count), ordering: .relaxed) }

    /// A call begins.
    package func began() { inFlight.record(flyingCount.add(1, ordering: .relaxed).newValue) }

    /// A call that had begun is over.
    package func ended(took time: Duration) {
        inFlight.record(flyingCount.subtract(1, ordering: .relaxed).newValue)
        duration.recordNanoseconds(time.nanoseconds)
    }
}
