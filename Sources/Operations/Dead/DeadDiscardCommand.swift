import ArgumentParser

/// `postroom dead discard`.
struct DeadDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Give dead letters up for good. They stay counted as discarded.")

    @OptionGroup var selection: DeadSelection

    @Flag(name: .customLong("dry-run"), help: "Show what would be discarded, and change nothing.")
    var isDryRun = false

    func validate() throws {
        if selection.isEverything { throw ValidationError("Name ids, --reason or --source.") }
    }

    func run() async throws {
        let session = try DeadLetterSession()
        let isDryRun = isDryRun
        var discarded = 0
        let notDone = try await session.forEach(selection.filter()) { letters, id, connection in
            try letters.discard(id, isDryRun: isDryRun, on: connection)
        } report: { letter, outcome in
            if outcome == .discarded { discarded += 1 }
            Terminal.print("\(letter.webhookID)  \(letter.source)  \(letter.reason)  \(outcome.sentence)")
        }
        Terminal.print(
            isDryRun
                ? "Would discard \(discarded). Nothing was changed: this was a dry run." : "Discarded \(discarded).")
        try DeadLetterSession.finish(notDone: notDone)
    }
}
