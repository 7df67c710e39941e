import Domain

/// Reads one source's bytes into an event. Pure: no clock, no randomness, no state, so a replay gives the same result.
public protocol WebhookParser: Sendable {
    /// Raised whenever some input changes its meaning; kept with each dead letter.
    var version: Int32 { get }

    /// What the webhook reports.
    ///
    /// - Parameter raw: any bytes at all; hostile input costs O(n) time and memory and never traps.
    /// - Throws: ``ParseFailure`` when the bytes have no meaning; trying again will not help.
    func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent
}
