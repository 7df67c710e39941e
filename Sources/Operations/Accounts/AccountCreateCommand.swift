import ArgumentParser
import Store

/// `postroom account create`.
struct AccountCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make an account.")

    @Argument(help: "Its name: 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`.")
    var name: AccountName

    @Option(help: "prepaid: a send that the balance cannot pay is refused. postpaid: never.")
    var kind: AccountKind

    @Option(help: "ISO 4217 code of its prices and its balance, such as USD; it stays.")
    var currency: Currency

    @OptionGroup var options: AccountOptions

    func run() async throws {
        let session = try OperatorSession("postroom account")
        let isNew = try await session.run(
            CreateAccount(name: name.text, kind: kind, currency: currency.code, settings: options.settings))
        guard isNew else {
            throw CommandFailure(
                "There is an account \(name.text) already. See `postroom account show \(name.text)`.")
        }
        Terminal.print("Made account \(name.text), \(kind.rawValue), in \(currency.code).")
    }
}
