import ArgumentParser
import Store

/// `postroom alert list`.
struct AlertListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what the operators, or an account, were told, the latest first.")

    @Option(help: "What this account was told instead of the operators.")
    var account: AccountName?

    @OptionGroup var rows: RowLimit

    func run() async throws {
        let session = try OperatorSession(AlertCommand.applicationName)
        let notifications = try await session.run(ListNotifications(account: account?.text, limit: rows.limit))
        guard !notifications.isEmpty else { return Terminal.print("No notifications.") }
        Terminal.printTable(
            ["id", "told", "kind", "events", "data"],
            notifications.map { one in
                [
                    one.id.description, one.createdAt.iso8601, shown(one.kind), "\(one.eventCount)",
                    shown(one.dataJSON),
                ]
            })
        rows.printRest(after: notifications.count)
    }
}
