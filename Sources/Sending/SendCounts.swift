import Domain
import Metrics
import Runtime

/// What the calls of a process have done, for heartbeats and metrics.
struct SendCounts: Sendable {
    let calls = CallCounts(
        inFlight: Gauge(label: "postroom_send_calls_in_flight"), duration: Timer(label: "postroom_send_call"))
    private let accepted = SendCounts.counter("accepted")
    private let permanent = SendCounts.counter("permanent")
    private let retry = SendCounts.counter("retry")
    private let wait = SendCounts.counter("wait")
    private let pause = SendCounts.counter("pause")
    private let unclear = SendCounts.counter("unclear")
    private let duplicate = SendCounts.counter("duplicate")

    private static func counter(_ outcome: String) -> Counter {
        Counter(label: "postroom_send_calls_total", dimensions: [("outcome", outcome)])
    }

    func recorded(_ outcome: SendOutcome) {
        switch outcome {
        case .accepted: accepted.increment()
        case .permanent: permanent.increment()
        case .retry: retry.increment()
        case .wait: wait.increment()
        case .pause: pause.increment()
        case .unclear: unclear.increment()
        case .duplicate: duplicate.increment()
        }
    }
}
