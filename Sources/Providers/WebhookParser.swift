import Domain

/// Reads one source's bytes into an event. Pure: no clock, no randomness, no state, so a replay gives the same result.
package protocol WebhookParser: Sendable {
    /// Raised whenever some input changes its meaning; kept with each dead letter.
    var version: Int32 { get }
    /// Whose webhooks it reads, as in ``ProviderName``: receipts are matched to this provider's attempts alone, and inbound
    /// SMS and opt-outs are stored as having come by it.
    var provider: String { get }

    /// What the webhook reports.
    ///
    /// The keys of events are not told apart by provider: what a parser makes them from must be unlike any other
    /// provider's.
    ///
    /// - Parameter raw: any bytes at all; hostile input costs O(n) time and memory and never traps.
    /// - Throws: ``ParseFailure`` when the bytes have no meaning; trying again will not help.
    func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent
}
