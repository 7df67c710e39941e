/// A provider's kind of webhook: the name under which intake stores it and by which its parser is found.
///
/// An open set: rows of a newer version's sources must be representable, so that this version can leave them waiting.
package struct WebhookSource: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The name as stored in `inbox.webhook.source`, e.g. `nxtele-receipt`.
    package let rawValue: String

    /// The source of that name; any name is taken.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name.
    package var description: String { rawValue }

    /// NXTele's delivery receipts (providers.md, section 1.4).
    package static let nxteleReceipt = WebhookSource(rawValue: "nxtele-receipt")
    /// NXTele's inbound SMS (providers.md, section 1.5).
    package static let nxteleInbound = WebhookSource(rawValue: "nxtele-inbound")
    /// Onoff's log of SMS (providers.md, section 2).
    package static let onoffSMS = WebhookSource(rawValue: "onoff-sms")
}
