import Hummingbird
import Metrics

/// The API's counters, made once, so that counting needs no look-up by name.
///
/// | name | type | labels |
/// |---|---|---|
/// | `postroom_api_requests_total` | counter | `route`, `status` |
///
/// The metrics system must be set up before this is made.
struct APIMetrics: Sendable {
    private let requests: [[Int: Counter]]

    /// Makes the counter of every route and status.
    init() {
        let statuses = Set([200, 201, 202] + Problem.Kind.allCases.map(\.status.code))
        requests = APIRoute.allCases.map { route in
            Dictionary(
                uniqueKeysWithValues: statuses.map { status in
                    (
                        status,
                        Counter(
                            label: "postroom_api_requests_total",
                            dimensions: [("route", route.path), ("status", String(status))])
                    )
                })
        }
    }

    func count(_ status: HTTPResponse.Status, on route: APIRoute) {
        requests[route.rawValue][status.code]?.increment()
    }
}
