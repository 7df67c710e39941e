import Metrics
import Runtime
import Store
import Synchronization

/// What the deliveries of a process have done, for heartbeats and metrics.
final class DeliveryCounts: Sendable {
    private let claimedCount = Atomic<Int64>(0)
    private let flying = Atomic<Int>(0)
    private let inFlight = Gauge(label: "postroom_alert_deliveries_in_flight")
    private let duration = Timer(label: "postroom_alert_delivery")
    private let outcomes: [DeliveryOutcome: Counter]
    private let notTried = DeliveryCounts.counter("not_tried")

    init() {
        outcomes = Dictionary(
            uniqueKeysWithValues: DeliveryOutcome.allCases.map { ($0, Self.counter($0.rawValue)) })
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: "postroom_alert_deliveries_total", dimensions: [("outcome", outcome)])
    }

    /// Notifications claimed since the start.
    var claimed: Int64 { claimedCount.load(ordering: .relaxed) }

    func claimed(_ count: Int) { claimedCount.add(Int64(count), ordering: .relaxed) }

    func began() { inFlight.record(flying.add(1, ordering: .relaxed).newValue) }

    func ended(took time: Duration) {
        inFlight.record(flying.subtract(1, ordering: .relaxed).newValue)
        duration.recordNanoseconds(time.nanoseconds)
    }

    func recorded(_ outcome: DeliveryOutcome?) {
        if let outcome { outcomes[outcome]?.increment() } else { notTried.increment() }
    }
}
