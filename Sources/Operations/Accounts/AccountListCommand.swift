import ArgumentParser
import Store

/// `postroom account list`.
struct AccountListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accounts with their balances.",
        discussion: "What an account has no setting of its own for is as the processes' settings say: `default`.")

    @OptionGroup var rows: RowLimit

    func run() async throws {
        let session = try OperatorSession("postroom account")
        let accounts = try await session.run(ListAccounts(limit: rows.limit))
        guard !accounts.isEmpty else { return Terminal.print("No accounts.") }
        Terminal.printTable(
            ["name", "kind", "balance", "currency", "changed", "automatic retries", "resends", "unclear"],
            accounts.map { account in
                [
                    shown(account.name), account.kind.rawValue, account.balance.decimalText, account.currency,
                    account.balanceChangedAt?.iso8601 ?? "-", ownOrDefault(account.maxAutomaticRetries),
                    ownOrDefault(account.maxResends), account.unclearPolicy?.rawValue ?? "default",
                ]
            })
        rows.printRest(after: accounts.count)
    }
}

/// A limit of an account's own, or the word for none.
func ownOrDefault(_ limit: Int32?) -> String { limit.map(String.init) ?? "default" }
