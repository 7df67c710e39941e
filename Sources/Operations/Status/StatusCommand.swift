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
        try await showHealth(session)
        try await show(QueueReport(), session)
        try await show(ConservationTotals(), session)
        try await show(WorkersReport(), session)
        try await show(SpoolsReport(), session)
    }

    /// For people, lines that fit, with failing rules in red; for a pipe, a table like the others.
    private func showHealth(_ session: OperatorSession) async throws {
        guard Terminal.isInteractive else { return try await show(HealthReport(), session) }
        let rows = try await session.run(HealthReport()).map { $0.map(shown) }
        for (index, line) in HealthLines(rows, width: Terminal.width).lines.enumerated() {
            if index == 0 {
                Terminal.print("\u{1B}[1m\(line)\u{1B}[0m")
            } else {
                Terminal.print(line.hasPrefix(HealthReport.red) ? "\u{1B}[31m\(line)\u{1B}[0m" : line)
            }
        }
        Terminal.print("")
    }

    /// Prints a report as a table and an empty line; `-` in each column where it has no rows.
    private func show<Report: TextReport>(_ report: Report, _ session: OperatorSession) async throws {
        let rows = try await session.run(report)
        let none = [Report.columns.map { _ in "-" }]
        Terminal.printTable(Report.columns, rows.isEmpty ? none : rows.map { $0.map(shown) })
        Terminal.print("")
    }
}
