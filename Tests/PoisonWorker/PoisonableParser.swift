import Domain
import Glibc
import Providers

/// A parser whose process dies, as by a bug that traps, of a webhook that holds the marker.
struct PoisonableParser: WebhookParser {
    /// What kills. To the parser inside it is an ordinary text.
    static let marker = Array("poison-kills-the-process".utf8)

    let inside: any WebhookParser

    var version: Int32 { inside.version }
    var provider: String { inside.provider }

    func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent {
        if holdsMarker(raw.body) || holdsMarker(raw.query) { abort() }
        return try inside.parse(raw)
    }

    private func holdsMarker(_ bytes: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: Self.marker) }
    }
}

extension ProviderRegistry {
    /// Every standard parser, made poisonable.
    static var poisonable: ProviderRegistry {
        var parsers: [WebhookSource: any WebhookParser] = [:]
        for source in standard.sources {
            if let parser = standard.parser(for: source) { parsers[source] = PoisonableParser(inside: parser) }
        }
        return ProviderRegistry(parsers)
    }
}
