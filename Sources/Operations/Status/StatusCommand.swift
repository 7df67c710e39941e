import ArgumentParser
import Store

/// `postroom status`: whether all is well, what waits, whether anything was lost, who lives, what the spools hold.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show health, queues, conservation, processes and spools, from the views of schema monitor.",
        discussion: "Connects by DATABASE_URL; the role postroom_monitor suffices.")

    /// How often `--watch` looks again.
    private static let interval = Duration.seconds(2)

    @Flag(help: "Show it again every two seconds, until interrupted.")
    var watch = false

    @Flag(help: "Print the rows of the views as one line of JSON.")
    var json = false

    func run() async throws {
        let session = try OperatorSession("postroom status")
        guard watch else { return try await show(session) }
        let command = self
        try await untilStopSignal {
            while true {
                // A terminal shows one state at a time, a file all of them.
                if Terminal.isInteractive { Terminal.print("\u{1B}[H\u{1B}[2J") }
                try await command.show(session)
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    private func show(_ session: OperatorSession) async throws {
        if json { return Terminal.print(try await session.run(StatusDocument())) }
        Terminal.printReport(HealthReport.self, try await session.run(HealthReport())) { line in
            line.hasPrefix(HealthReport.red) ? "\u{1B}[31m\(line)\u{1B}[0m" : line
        }
        Terminal.printReport(QueueReport.self, try await session.run(QueueReport()))
        Terminal.printReport(ConservationTotals.self, try await session.run(ConservationReport()))
        Terminal.printReport(WorkersReport.self, try await session.run(WorkersReport()))
        Terminal.printReport(SpoolsReport.self, try await session.run(SpoolsReport()))
    }
}

extension Terminal {
    /// Prints a report as a table and an empty line; `-` in each column where it has no rows.
    ///
    /// - Parameter coloured: adds colour to a line, on a terminal.
    fileprivate static func printReport<Report: TextReport>(
        _ report: Report.Type, _ rows: [[String]], coloured: (String) -> String = { $0 }
    ) {
        let none = [report.columns.map { _ in "-" }]
        printTable(report.columns, rows.isEmpty ? none : rows.map { $0.map(shown) }, coloured: coloured)
        print("")
    }
}
