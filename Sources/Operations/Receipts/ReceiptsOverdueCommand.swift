import ArgumentParser
import Runtime
import Store

/// `postroom receipts overdue`.
struct ReceiptsOverdueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overdue", abstract: "List accepted sends whose receipt is overdue, for the provider's support.",
        discussion: """
            With --csv ready to hand over: both message ids, the number, and when each was handed over and accepted, in \
            UTC and in the provider's zone (POSTROOM_NXTELE_TIMEZONE). The sends were looked up by the record query \
            already, as far as times_asked says. Has numbers in it: mind where it goes.
            """)

    @Flag(help: "As CSV with a heading.")
    var csv = false

    @OptionGroup var rows: RowLimit

    func run() async throws {
        let reader = SettingsReader.standard()
        let timeZone = reader.text(.nxteleTimezone)
        try reader.finish()
        let session = try OperatorSession("postroom receipts")
        try await session.require(timeZone: timeZone)
        let overdue = try await session.run(OverdueReceipts(timeZone: timeZone, limit: rows.limit))
        guard csv else {
            guard !overdue.isEmpty else { return Terminal.print("No receipt is overdue.") }
            Terminal.printTable(OverdueReceipts.columns, overdue.map { $0.map { $0.isEmpty ? "-" : shown($0) } })
            return rows.printRest(after: overdue.count)
        }
        for line in [OverdueReceipts.columns] + overdue { Terminal.print(csvLine(line)) }
        // Not into the file.
        if overdue.count == Int(rows.limit) { Terminal.printError("There may be more: --limit.") }
    }
}
