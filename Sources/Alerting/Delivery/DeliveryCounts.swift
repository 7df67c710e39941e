import Metrics
import Runtime
import Store

/// What the deliveries of a process have done, for heartbeats and metrics.
struct DeliveryCounts: Sendable {
    let calls = CallCounts(
        inFlight: Gauge(label: "postroom_alert_deliveries_in_flight"), duration: Timer(label: "postroom_alert_delivery")
    )
    private let outcomes: [DeliveryOutcome: Counter]
    private let notTried = DeliveryCounts.counter("not_tried")

    init() {
        outcomes = Dictionary(
            uniqueKeysWithValues: DeliveryOutcome.allCases.map { ($0, Self.counter($0.rawValue)) })
    }

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: "postroom_alert_deliveries_total", dimensions: [("outcome", outcome)])
    }

    func recorded(_ outcome: DeliveryOutcome?) {
        if let outcome { outcomes[outcome]?.increment() } else { notTried.increment() }
    }
}
