import Domain
import Providers
import Store

/// What reading a webhook came to.
enum ParseOutcome: Sendable {
    /// It says something.
    case parsed(ParsedWebhook)
    /// It is to be buried.
    case unreadable(Burial)
}

/// Reads raw webhooks with the parsers of the providers.
package struct WebhookReader: Sendable {
    private let registry: ProviderRegistry
    private let outboxRetention: Duration
    private let optOut: OptOutWords

    /// Makes a reader.
    /// - Parameters:
    ///   - outboxRetention: how long dedupe keys live; an older webhook could have its effect twice.
    ///   - optOut: the words by which people opt out and in.
    package init(registry: ProviderRegistry, outboxRetention: Duration, optOut: OptOutWords) {
        self.registry = registry
        self.outboxRetention = outboxRetention
        self.optOut = optOut
    }

    /// The feeds it can read.
    var sources: [WebhookSource] { registry.sources }

    /// Reads one.
    /// - Parameter tries: how often it was tried, this time included; kept with a dead letter.
    func read(_ raw: RawWebhook, now: Timestamp, tries: Int32) -> ParseOutcome {
        guard let parser = registry.parser(for: raw.source) else {
            return .unreadable(
                Burial(
                    webhookID: raw.id, reason: "unknown-source", detail: "no parser for this source",
                    parserVersion: 0, tries: tries))
        }
        guard raw.id.timestamp >= now - outboxRetention else {
            return .unreadable(
                Burial(
                    webhookID: raw.id, reason: "too-old", detail: "older than what deduplication remembers",
                    parserVersion: parser.version, tries: tries))
        }
        do throws(ParseFailure) {
            let event = try parser.parse(raw)
            return .parsed(
                ParsedWebhook(
                    id: raw.id, source: raw.source, provider: parser.provider, account: raw.account,
                    receivedAt: raw.receivedAt, event: event, optOut: OptOutMessage(event, optOut)))
        } catch {
            return .unreadable(
                Burial(
                    webhookID: raw.id, reason: error.reason.rawValue, detail: error.detail,
                    parserVersion: parser.version, tries: tries))
        }
    }
}
