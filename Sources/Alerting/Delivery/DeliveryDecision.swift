import Domain
import Store

/// What follows from an answer.
struct DeliveryDecision: Sendable, Equatable {
    /// What is written down of the try; nil where there was none.
    var outcome: DeliveryOutcome?
    /// The status of the answer.
    var statusCode: Int32?
    /// Why it failed, for people.
    var detail: String?
    /// When it is due again; nil takes it out of the queue.
    var dueAfter: Duration?
    /// Whether the schedule is over with it.
    var isGivenUp = false
    /// How long the endpoint's other notifications wait, too.
    var throttle: Duration?

    /// How long an endpoint is left alone that answered 410, or 429, 502 or 504 and did not say how long.
    static let throttleDefault = Duration.seconds(30)
    /// The longest it is left alone: a mistaken header must not silence it for a day.
    static let throttleMax = Duration.seconds(3_600)

    /// Decides.
    ///
    /// - Parameters:
    ///   - triesBefore: tries before this one.
    ///   - jitter: from 0 up to but not including 1.
    init(_ answer: DeliveryAnswer, triesBefore: Int32, jitter: Double) {
        var asked: Duration?
        switch answer {
        case .status(200...299, _):
            outcome = .delivered
        case .status(410, _):
            outcome = .gone
            detail = "It answered 410: the endpoint is disabled."
            // Until that is written, this process would claim more for the endpoint.
            throttle = Self.throttleDefault
        case .status(let code, let retryAfter):
            outcome = .refused
            detail =
                (300...399).contains(code) ? "It answered \(code); redirects are not followed." : "It answered \(code)."
            asked = retryAfter
            if code == 429 || code == 502 || code == 504 {
                throttle = min(retryAfter ?? Self.throttleDefault, Self.throttleMax)
            } else if let retryAfter {
                throttle = min(retryAfter, Self.throttleMax)
            }
        case .failed(let why):
            outcome = .failed
            detail = why
        case .blocked(let why):
            outcome = .blocked
            detail = why
        case .over(let why):
            outcome = .givenUp
            detail = why
        case .notTried:
            dueAfter = .zero
        }
        if case .status(let code, _) = answer { statusCode = Int32(code) }
        switch outcome {
        case .refused, .failed, .blocked:
            dueAfter = DeliverySchedule.delay(afterTriesBefore: triesBefore, retryAfter: asked, jitter: jitter)
            isGivenUp = dueAfter == nil
        case .delivered, .gone, .givenUp, nil: break
        }
    }
}
