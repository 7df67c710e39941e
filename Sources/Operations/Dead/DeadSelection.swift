import ArgumentParser
import Domain
import Store

/// Which dead letters a command is about.
struct DeadSelection: ParsableArguments {
    @Argument(help: "Ids of webhooks, as `postroom dead list` shows them.")
    var ids: [String] = []

    @Option(help: "Only those of this reason.")
    var reason: String?

    @Option(help: "Only those of this source, such as nxtele-receipt.")
    var source: String?

    /// The same as a filter.
    func filter() throws(CommandFailure) -> DeadLetterFilter {
        var parsed: [WebhookID] = []
        for text in ids {
            guard let id = WebhookID(text) else {
                throw CommandFailure("Not an id: \(text). See `postroom dead list`.")
            }
            parsed.append(id)
        }
        return DeadLetterFilter(ids: parsed.isEmpty ? nil : parsed, reason: reason, source: source)
    }

    /// Whether nothing narrows it.
    var isEverything: Bool { ids.isEmpty && reason == nil && source == nil }
}
