import ArgumentParser

/// `postroom account`: who pays, and what they have.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Make, list, show, change, top up and adjust accounts.",
        discussion: "Connects by DATABASE_URL; the role postroom_operator suffices.",
        subcommands: [
            AccountCreateCommand.self, AccountListCommand.self, AccountShowCommand.self, AccountSetCommand.self,
            AccountTopUpCommand.self, AccountAdjustCommand.self,
        ])
}
