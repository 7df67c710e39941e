import ArgumentParser
import Receiving

/// `postroom dead replay`.
struct DeadReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Run the current parsers over dead letters and apply what they read.",
        discussion: "Look first: --dry-run shows what would change, and changes nothing.")

    @OptionGroup var selection: DeadSelection

    @Flag(name: .customLong("all"), help: "Every dead letter.")
    var isAll = false

    @Flag(name: .customLong("dry-run"), help: "Show what would change, and change nothing.")
    var isDryRun = false

    func validate() throws {
        if selection.isEverything, !isAll { throw ValidationError("Name ids, --reason, --source, or --all.") }
    }

    func run() async throws {
        let session = try DeadLetterSession()
        try await session.requireTimeZone()
        let isDryRun = isDryRun
        var processed = 0
        var unreadable = 0
        let notDone = try await session.forEach(selection.filter()) { letters, id, connection in
            try letters.replay(id, isDryRun: isDryRun, on: connection)
        } report: { letter, outcome in
            switch outcome {
            case .processed: processed += 1
            case .stillUnreadable: unreadable += 1
            case .discarded, .notThere, .refused: break
            }
            Terminal.print("\(letter.webhookID)  \(letter.source)  \(outcome.sentence)")
        }
        Terminal.print(
            "\(isDryRun ? "Would be processed" : "Processed") \(processed), still unreadable \(unreadable)."
                + (isDryRun ? " Nothing was changed: this was a dry run." : ""))
        try DeadLetterSession.finish(notDone: notDone)
    }
}

extension DeadLetterOutcome {
    /// For a person.
    var sentence: String {
        switch self {
        case .processed(let effect, let changes):
            (["processed: \(effect.rawValue)"] + changes.map(\.line))
                .joined(separator: "; ")
        case .stillUnreadable(let reason, let detail): "still unreadable: \(reason): \(detail)"
        case .discarded: "discarded"
        case .notThere: "gone, or another process works on it"
        case .refused(let sentence): "refused, and left as it was: \(sentence)"
        }
    }
}
