import Metrics

/// The ingress's counters, made once, so that counting needs no look-up.
///
/// | name | type | labels |
/// |---|---|---|
/// | `postroom_ingress_requests_total` | counter | `route`, `status` |
/// | `postroom_ingress_body_bytes_total` | counter, bytes of the bodies handed to the store | |
/// | `postroom_ingress_connections_open` | gauge | |
///
/// The metrics system must be set up before this is made.
struct IngressMetrics: Sendable {
    private let requests: [Counter]
    private let bodyBytes = Counter(label: "postroom_ingress_body_bytes_total")
    private let connectionsOpen = Gauge(label: "postroom_ingress_connections_open")

    /// Makes the counter of every route and status.
    init() {
        requests = Route.allCases.flatMap { route in
            var byStatus: [Int: Counter] = [:]
            return Answer.allCases.map { answer in
                if let counter = byStatus[answer.status] { return counter }
                let counter = Counter(
                    label: "postroom_ingress_requests_total",
                    dimensions: [("route", route.label), ("status", String(answer.status))])
                byStatus[answer.status] = counter
                return counter
            }
        }
    }

    func count(_ answer: Answer, on route: Route) {
        requests[route.rawValue * Answer.allCases.count + answer.rawValue].increment()
    }

    func count(bodyBytes count: Int) {
        bodyBytes.increment(by: count)
    }

    func record(connectionsOpen count: Int) {
        connectionsOpen.record(count)
    }
}
