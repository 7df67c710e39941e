import ArgumentParser
import Store

/// `postroom key list`.
struct KeyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List keys by account: what they allow, never the keys.")

    @Option(help: "Only those of this account.")
    var account: AccountName?

    @OptionGroup var rows: RowLimit

    func run() async throws {
        let session = try OperatorSession("postroom key")
        let keys = try await session.run(ListAPIKeys(account: account?.text, limit: rows.limit))
        guard !keys.isEmpty else { return Terminal.print("No keys.") }
        Terminal.printTable(
            ["id", "account", "user", "scopes", "created", "revoked"],
            keys.map { key in
                [
                    key.id.description, shown(key.account), shown(key.user), key.scopes, key.createdAt.iso8601,
                    key.revokedAt?.iso8601 ?? "-",
                ]
            })
        rows.printRest(after: keys.count)
    }
}
