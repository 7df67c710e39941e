import ArgumentParser
import Store

/// `postroom account set`.
struct AccountSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change an account's settings.",
        discussion: """
            What is not named stays. `default` takes a setting of the account's own away, so that the processes' \
            setting holds again. An account's currency cannot be changed: its ledger is in it.
            """)

    @Argument(help: "Its name.")
    var name: AccountName

    @Option(help: "prepaid: a send that the balance cannot pay is refused. postpaid: never.")
    var kind: AccountKind?

    @OptionGroup var options: AccountOptions

    func validate() throws {
        if kind == nil, options.settings.isEmpty {
            throw ValidationError(
                "Name what to change: --kind, --max-automatic-retries, --max-resends or --unclear-policy.")
        }
    }

    func run() async throws {
        let session = try OperatorSession("postroom account")
        let change = SetAccount(name: name.text, kind: kind, settings: options.settings)
        let found = try await session.perform(isRepeatable: true) { connection, deadline in
            try connection.run(change, deadline: deadline)
        }
        guard found else { throw name.unknown }
        Terminal.print("Changed account \(name.text). See `postroom account show \(name.text)`.")
    }
}
