import ArgumentParser
import Store

/// `postroom spool forget`.
struct SpoolForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Close the report of a spool whose folder is gone for good.",
        discussion: """
            For a disk that is lost. What the folder held, and nobody drained, is lost with it: nothing here can bring it \
            back. Where the folder, or a copy of it, is found later, `postroom spool drain` stores what is in it. A spool \
            that still reports is refused. Connects by DATABASE_URL, as postroom_operator.
            """)

    @Argument(help: "Its path, as monitor.spool and `postroom status` show it.")
    var folder: String

    @Option(help: "The machine, as they show it.")
    var host: String

    @Flag(name: .customLong("dry-run"), help: "Show what would be given up, and change nothing.")
    var isDryRun = false

    func run() async throws {
        let session = try OperatorSession("postroom spool forget")
        guard let spool = try await session.run(ForgetSpool(host: host, folder: folder, isDryRun: isDryRun)) else {
            throw CommandFailure(
                "Nothing is known of a spool \(shown(folder)) on \(shown(host)). See `postroom status`.")
        }
        let seenAt = spool.seenAt.iso8601
        guard spool.isForgettable else {
            guard spool.state == .reporting else {
                return Terminal.print("Nothing changed: it was closed at \(seenAt), with nothing left in it.")
            }
            throw CommandFailure(
                "It is in use: its ingress reported it at \(seenAt), and drains it by itself. Nothing was changed.")
        }
        Terminal.print(
            """
            Its last report is of \(seenAt): \(spool.webhooks) webhooks and \(spool.filesAside) files set aside. They, and \
            what came after that report, are lost unless the folder is found.
            """)
        Terminal.print(isDryRun ? "Would be forgotten. Nothing was changed: this was a dry run." : "Forgotten.")
    }
}
