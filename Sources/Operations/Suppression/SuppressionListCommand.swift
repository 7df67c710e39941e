import ArgumentParser
import Store

/// `postroom suppression list`.
struct SuppressionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the numbers that an account may not send to, in order.")

    @Option(help: "The account.")
    var account: AccountName

    @Option(help: "Only numbers behind this one: the last of an earlier list.")
    var after: String = ""

    @OptionGroup var rows: RowLimit

    func run() async throws {
        let session = try OperatorSession("postroom suppression")
        let found = try await session.run(
            ListSuppressed(account: account.text, after: after, limit: rows.limit))
        guard !found.isEmpty else { return Terminal.print("No numbers.") }
        Terminal.printTable(
            ["number", "since", "source", "by", "note"],
            found.map { [$0.number, $0.receivedAt.iso8601, $0.source, $0.origin, $0.note.map(shown) ?? "-"] })
        rows.printRest(after: found.count)
    }
}

/// `postroom suppression show`.
struct SuppressionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show whether an account may send to a number, and every change of it.")

    @OptionGroup var target: SuppressionTarget

    @OptionGroup var rows: RowLimit

    func run() async throws {
        let session = try OperatorSession("postroom suppression")
        let found = try await session.run(ListSuppressionEvents(target.pair, limit: rows.limit))
        let isSuppressed = found.first?.kind == .suppressed
        Terminal.print(
            "Account \(target.account.text) \(isSuppressed ? "sends nothing to" : "may send to") \(target.number).")
        guard !found.isEmpty else { return }
        Terminal.printTable(
            ["at", "what", "source", "by", "note", "webhook"],
            found.map { row in
                [
                    row.receivedAt.iso8601, row.kind.rawValue, row.source, row.origin, row.note.map(shown) ?? "-",
                    row.webhookID?.description ?? "-",
                ]
            })
        rows.printRest(after: found.count)
    }
}

extension SuppressionRow {
    /// The word of the SMS, or who entered it.
    fileprivate var origin: String { shown(word ?? actor ?? "-") }
}
