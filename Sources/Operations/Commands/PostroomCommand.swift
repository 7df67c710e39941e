import ArgumentParser
import Runtime

/// The operator's command line: `postroom SUBCOMMAND`.
///
/// Exit codes: 0 done, 1 failed with a sentence on standard error, 64 wrong usage.
package struct PostroomCommand: AsyncParsableCommand {
    /// Its name, help and subcommands.
    package static let configuration = CommandConfiguration(
        commandName: "postroom",
        abstract: "Keeps the truth about a company's SMS traffic in one Postgres database.",
        version: postroomVersion,
        subcommands: [
            UpCommand.self, MigrateCommand.self, ConfigCommand.self, StatusCommand.self, DeadCommand.self,
            ReplayCommand.self, SpoolCommand.self, AccountCommand.self, KeyCommand.self, PriceCommand.self,
            ReceiptsCommand.self, CDRCommand.self, SuppressionCommand.self, AlertCommand.self, SandboxCommand.self,
            BenchCommand.self,
        ])

    /// Makes the command; the parser fills it.
    package init() {}

    /// Parses this process's arguments and runs the command they name; ends the process where that fails.
    ///
    /// Here and not in `main.swift`, because top-level code takes the synchronous `main` of the same name.
    package static func execute() async { await main() }
}
