import Domain
import Metrics
import Runtime
import Synchronization

/// What the calls of a process have done, for heartbeats and metrics.
final class SendCounts: Sendable {
    private let claimedCount = Atomic<Int64>(0)
    private let flying = Atomic<Int>(0)
    private let inFlight = Gauge(label: "postroom_send_calls_in_flight")
    private let duration = Timer(label: "postroom_send_call")
    private let accepted = SendCounts.calls("accepted")
    private let permanent = SendCounts.calls("permanent")
    private let retry = SendCounts.calls("retry")
    private let wait = SendCounts.calls("wait")
    private let pause = SendCounts.calls("pause")
    private let unclear = SendCounts.calls("unclear")
    private let duplicate = SendCounts.calls("duplicate")

    private static func calls(_ outcome: String) -> Counter {
        Counter(label: "postroom_send_calls_total", dimensions: [("outcome", outcome)])
    }

    /// Sends claimed since the start.
    var claimed: Int64 { claimedCount.load(ordering: .relaxed) }

    func claimed(_ count: Int) { claimedCount.add(Int64(count), ordering: .relaxed) }

    func callBegan() { inFlight.record(flying.add(1, ordering: .relaxed).newValue) }

    func callEnded(_ outcome: SendOutcome, took time: Duration) {
        inFlight.record(flying.subtract(1, ordering: .relaxed).newValue)
        duration.recordNanoseconds(time.nanoseconds)
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
