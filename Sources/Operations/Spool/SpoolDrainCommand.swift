import ArgumentParser
import Ingress
import Logging
import PostgresClient
import Runtime

/// `postroom spool drain`.
struct SpoolDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Feed a spool folder into the database that DATABASE_URL names.",
        discussion: """
            For a folder of a machine that is dead, or a copy of it. The role postroom_ingress or postroom_operator \
            suffices. What is in the database already is not stored twice, so this may be repeated; files go as they \
            are stored. A folder that a process uses is refused.
            """)

    @Argument(help: "The folder.")
    var folder: String

    @Option(help: "Webhooks a second at most, 1...1000000.")
    var rate = DrainPace().webhooksPerSecondMax

    @Option(help: "The machine it was reported by, as in monitor.spool; by default as the folder says.")
    var host: String?

    @Option(help: "Its path there; by default as the folder says.")
    var originalFolder: String?

    func validate() throws {
        guard (1...1_000_000).contains(rate) else { throw ValidationError("--rate must be 1...1000000.") }
    }

    func run() async throws {
        let reader = SettingsReader.standard()
        let url = reader.secret(.databaseURL)
        try reader.finish()
        let database = ConnectionConfiguration(
            connectionString: url.revealed, applicationName: "postroom spool drain")
        let command = self
        // Whatever it would log is in its progress.
        let log = Logger(label: "postroom spool drain") { _ in SwiftLogNoOpLogHandler() }
        let outcome = await offPool { () -> Result<SpoolRescue.Progress, CommandFailure> in
            do {
                return .success(try command.drain(database, log))
            } catch let failure as SpoolFailure {
                return .failure(CommandFailure(sentence(of: failure) + Self.rest))
            } catch let error as PostgresError {
                return .failure(CommandFailure(error.operatorSentence + Self.rest))
            } catch {
                return .failure(CommandFailure("\(error)"))
            }
        }
        let done = try outcome.get()
        Terminal.print(
            "Done: \(done.webhooks) webhooks are in the database, \(done.new) of them new; the others were there before."
        )
        if done.tornBytes > 0 {
            Terminal.print("\(done.tornBytes) bytes at the end were cut off, and never acknowledged.")
        }
        guard done.refused == 0, done.damagedSegments == 0 else {
            throw CommandFailure(
                "\(done.refused) webhooks were refused by Postgres and \(done.damagedSegments) segments are damaged: "
                    + "they stay in the folder, see `postroom spool list`.")
        }
    }

    private static let rest = " What was not stored stays in the folder."

    private func drain(_ database: ConnectionConfiguration, _ log: Logger) throws -> SpoolRescue.Progress {
        let waiting = try SpoolListing(path: folder).entries.filter(\.waits)
        let total = waiting.reduce(0) { $0 + $1.survey.webhooks }
        Terminal.print("\(total) webhooks to drain")
        let rescue = try SpoolRescue(
            path: folder, pace: DrainPace(webhooksPerSecondMax: rate, busyPartMax: 1), database: database, log: log)
        var last = SpoolRescue.Progress()
        var shownAt = Deadline.in(.zero)
        try rescue.run { progress in
            last = progress
            guard shownAt.hasPassed else { return }
            shownAt = .in(.seconds(2))
            Terminal.print("\(progress.webhooks) of \(total)")
        }
        let origin = rescue.origin
        if let host = host ?? origin?.host, let path = originalFolder ?? origin?.folder {
            try rescue.close(as: SpoolOrigin(host: host, folder: path))
        } else {
            Terminal.print("monitor.spool was not told: name --host and --original-folder as they stand there.")
        }
        return last
    }
}
