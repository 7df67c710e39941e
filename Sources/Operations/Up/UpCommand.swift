import ArgumentParser
import Foundation

/// `postroom up`: everything on one machine, and the first webhooks through it.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run everything on this machine: the first webhooks become rows, the first SMS goes out.",
        discussion: """
            Makes a private Postgres cluster, migrates it, starts every process and a provider in a sandbox, sends \
            the examples of both providers' documentation over HTTP and shows what became of them, and sends a few \
            SMS and follows them until their receipts are back. Then it stops all it started, unless --keep is given.

            The settings of its environment (`postroom config` lists them) hold for the processes, but for those that \
            it sets itself: where Postgres is, addresses, keys, folders.
            """)

    @Option(help: "The data folder. Defaults to \(DataFolder.standardPath()).")
    var data: String?

    @Option(help: "The port of the ingress on 127.0.0.1, 0...65535; 0 takes a free one.")
    var port: UInt16 = 8080

    @Option(help: "The port of the outbox API on 127.0.0.1, 0...65535; 0 takes a free one.")
    var apiPort: UInt16 = 8081

    @Option(name: .customLong("sql-dir"), help: "The sql folder. Defaults to the one that came with this executable.")
    var sqlFolder: String?

    @Flag(help: "Leave it running until Ctrl-C.")
    var keep = false

    func run() async throws {
        let run = UpRun(
            data: data ?? DataFolder.standardPath(), port: port, apiPort: apiPort, sqlFolder: sqlFolder, keeps: keep)
        try await untilStopSignal { try await run.run() }
    }
}
