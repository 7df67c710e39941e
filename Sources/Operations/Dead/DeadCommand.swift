import ArgumentParser

/// `postroom dead`: what could not be processed, and what to do about it.
struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "List, show, replay or discard webhooks that could not be processed.",
        discussion: "Connects by DATABASE_URL; the role postroom_operator suffices.",
        subcommands: [DeadListCommand.self, DeadShowCommand.self, DeadReplayCommand.self, DeadDiscardCommand.self])
}
