/// What a try to deliver is written down as in alert.delivery.
package enum DeliveryOutcome: String, CaseIterable, Sendable {
    /// The receiver took it.
    case delivered
    /// The receiver answered with another status than 2xx.
    case refused
    /// The receiver answered 410.
    case gone
    /// No answer came.
    case failed
    /// The address may not be connected to.
    case blocked
    /// The schedule, or the endpoint's life, is over.
    case givenUp = "given_up"
}
