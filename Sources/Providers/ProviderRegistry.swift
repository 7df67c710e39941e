import Domain

/// Which parser reads which source.
package struct ProviderRegistry: Sendable {
    private let parsers: [WebhookSource: any WebhookParser]

    /// Every provider this binary knows. A new one is a folder and a line here.
    package static let standard = ProviderRegistry(
        NXTele.parsers,
        Onoff.parsers
    )

    /// Joins the providers' parsers; where two name the same source, the first stands.
    package init(_ providers: [WebhookSource: any WebhookParser]...) {
        var parsers: [WebhookSource: any WebhookParser] = [:]
        for provider in providers {
            parsers.merge(provider) { first, _ in first }
        }
        self.parsers = parsers
    }

    /// The sources a worker may claim, in the order of their names.
    package var sources: [WebhookSource] {
        parsers.keys.sorted { $0.rawValue < $1.rawValue }
    }

    /// The parser of a source, nil for one this binary does not know.
    package func parser(for source: WebhookSource) -> (any WebhookParser)? {
        parsers[source]
    }
}
