import ArgumentParser

/// `postroom cdr`: a provider's own list of what it billed.
struct CDRCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cdr", abstract: "Compare what a provider billed, message by message, with what we have.",
        subcommands: [CDRImportCommand.self])
}
