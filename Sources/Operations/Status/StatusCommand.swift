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
        try await show(HealthReport(), session) { line in
            line.hasPrefix(HealthReport.red) ? "\u{1B}[31m\(line)\u{1B}[0m" : line
        }
        try await show(QueueReport(), session)
        try await show(ConservationTotals(), session)
        try await show(WorkersReport(), session)
        try await show(SpoolsReport(), session)
    }

    /// Prints a report as a table and an empty line; `-` in each column where it has no rows.
    ///
    /// - Parameter coloured: adds colour to a line, on a terminal.
    private func show<Report: TextReport>(
        _ report: Report, _ session: OperatorSession, coloured: (String) -> String = { $0 }
    ) async throws {
        let rows = try await session.run(report)
        let none = [Report.columns.map { _ in "-" }]
        Terminal.printTable(Report.columns, rows.isEmpty ? none : rows.map { $0.map(shown) }, coloured: coloured)
        Terminal.print("")
    }
}
