import ArgumentParser
import Store

/// `postroom account show`.
struct AccountShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an account: its settings, its balance, and its last changes.")
    /// The most ledger rows that are shown.
    private static let rowsMax: Int32 = 100_000

    @Argument(help: "Its name.")
    var name: AccountName

    @Option(help: "How many of the last changes of the balance, 0...100000.")
    var rows: Int32 = 10

    func validate() throws {
        guard (0...Self.rowsMax).contains(rows) else { throw ValidationError("--rows must be 0...\(Self.rowsMax).") }
    }

    func run() async throws {
        let session = try OperatorSession("postroom account")
        let (name, rows) = (name, rows)
        // One snapshot, so that the balance is that of the rows.
        let (found, ledger) = try await session.perform { connection, deadline in
            try connection.transaction(deadline: deadline, begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
                (
                    try $0.run(ListAccounts(name: name.text, limit: 1), deadline: deadline),
                    try $0.run(ListLedger(account: name.text, limit: rows), deadline: deadline)
                )
            }
        }
        guard let account = found.first else { throw name.unknown }
        Terminal.printPairs([
            ("account", account.name), ("kind", account.kind.rawValue), ("created", account.createdAt.iso8601),
            ("max automatic retries", ownOrDefault(account.maxAutomaticRetries)),
            ("max resends", ownOrDefault(account.maxResends)),
            ("unclear policy", account.unclearPolicy?.rawValue ?? "default"),
            ("balance", "\(account.balance.decimalText) \(account.currency)"),
            ("last change", account.balanceChangedAt?.iso8601 ?? "-"),
        ])
        guard !ledger.isEmpty else { return }
        Terminal.print("")
        Terminal.printTable(
            ["seq", "at", "kind", "amount", "balance", "about"],
            ledger.map { row in
                [
                    "\(row.seq)", row.createdAt.iso8601, row.kind.rawValue, row.amount.decimalText,
                    row.balanceAfter.decimalText, row.subject,
                ]
            })
    }
}

extension LedgerRow {
    /// What it is about: the entry and its cycle, or the reference.
    fileprivate var subject: String {
        if let entryID { return "\(entryID), cycle \(cycle ?? 0)" }
        return reference.map(shown) ?? "-"
    }
}
