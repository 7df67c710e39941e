import ArgumentParser
import Store

/// `postroom key`: who may call the outbox API.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, list and revoke keys for the outbox API.",
        discussion: "Connects by DATABASE_URL; the role postroom_operator suffices.",
        subcommands: [KeyCreateCommand.self, KeyListCommand.self, KeyRevokeCommand.self])
}

extension APIKeyScope: ExpressibleByArgument {}
