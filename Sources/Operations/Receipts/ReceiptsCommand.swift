import ArgumentParser

/// `postroom receipts`: what the provider has not told us.
struct ReceiptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts", abstract: "List receipts that should be there.",
        discussion: "Connects by DATABASE_URL; the role postroom_operator suffices.",
        subcommands: [ReceiptsOverdueCommand.self])
}
