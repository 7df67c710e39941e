import ArgumentParser

/// `postroom spool`: webhooks on a machine's disk that may not be in Postgres.
struct SpoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: "Look into an ingress's spool folder; drain one that a dead machine left, or give it up.",
        discussion: "A running ingress drains its own.",
        subcommands: [SpoolListCommand.self, SpoolDrainCommand.self, SpoolForgetCommand.self])
}
