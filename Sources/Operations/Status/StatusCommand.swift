import ArgumentParser
import Store

/// `postroom status`: what waits, whether anything was lost, who lives, what the spools hold.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show queues, conservation, processes and spools, from the views of schema monitor.",
        discussion: "Connects by DATABASE_URL; the role postroom_monitor suffices.")

    func run() async throws {
        let session = try OperatorSession("postroom status")
        Terminal.printReport(QueueReport.self, try await session.run(QueueReport()))
        Terminal.printReport(ConservationTotals.self, try await session.run(ConservationReport()))
        Terminal.printReport(WorkersReport.self, try await session.run(WorkersReport()))
        Terminal.printReport(SpoolsReport.self, try await session.run(SpoolsReport()))
    }
}

extension Terminal {
    /// Prints a report as a table and an empty line; `-` in each column where it has no rows.
    fileprivate static func printReport<Report: TextReport>(_ report: Report.Type, _ rows: [[String]]) {
        let none = [report.columns.map { _ in "-" }]
        printTable(report.columns, rows.isEmpty ? none : rows.map { $0.map(shown) })
        print("")
    }
}
