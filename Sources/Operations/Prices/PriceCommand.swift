import ArgumentParser

/// `postroom price`: what a part costs.
struct PriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "Set, list and import prices of a part.",
        discussion: """
            The longest prefix of the number that has a price decides, and of its prices the latest that is valid. A \
            price is never changed: a later one takes its place. What was accepted keeps the price it was accepted at.

            Connects by DATABASE_URL; the role postroom_operator suffices.
            """,
        subcommands: [PriceSetCommand.self, PriceListCommand.self, PriceImportCommand.self])
}
