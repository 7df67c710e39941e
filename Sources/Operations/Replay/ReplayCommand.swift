import ArgumentParser
import Domain
import PostgresClient
import Providers
import Receiving
import Runtime
import Store

/// `postroom replay`.
struct ReplayCommand: AsyncParsableCommand {
    /// Webhooks that a dry run names, of those that would tell something new.
    static let namedMax = 1_000
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run the current parsers over stored webhooks again, and apply what they read.",
        discussion: """
            For when a parser was mended, or effects were lost of which the raw webhooks were not. What a webhook did \
            already it does not do again, so this may be repeated, beside workers, too. Dead letters have a command of \
            their own, `postroom dead replay`; what was discarded of them is run like any other. The time zone and the \
            words for opting out are those of this command's settings: give it the workers'. Look first: --dry-run shows what would change, each \
            \(WalkWebhooks.walkedMax) webhooks by themselves, names the first \(namedMax) webhooks that would tell \
            something new, and changes nothing. Connects by DATABASE_URL; the role \
            postroom_operator suffices.
            """)

    @Option(
        help: ArgumentHelp(
            "From when on they were taken in, such as 2027-01-01T00:00:00Z.", valueName: "T"), transform: moment)
    var from: Timestamp

    @Option(
        help: ArgumentHelp("Until when, that moment excluded. Defaults to now.", valueName: "T"), transform: moment)
    var to: Timestamp?

    @Option(help: "Only those of this source, such as nxtele-receipt.")
    var source: String?

    @Option(help: "Only those of this account.")
    var account: String?

    @Flag(name: .customLong("dry-run"), help: "Show what would change, and change nothing.")
    var isDryRun = false

    func validate() throws {
        if let to, to <= from { throw ValidationError("--to must be after --from.") }
        if let source, !ProviderRegistry.standard.sources.contains(where: { $0.rawValue == source }) {
            let known = ProviderRegistry.standard.sources.map(\.rawValue).sorted().joined(separator: ", ")
            throw ValidationError("--source must be one of \(known).")
        }
    }

    func run() async throws {
        let reader = SettingsReader.standard()
        let timeZone = reader.text(.nxteleTimezone)
        let replay = WebhookReplay(reader: WebhookReader(reading: reader), timeZone: timeZone)
        let session = try OperatorSession("postroom replay", reader: reader)
        try await session.require(timeZone: timeZone)
        let total = try await run(replay, session)
        var sentence =
            "\(total.replayed) run again: \(total.new) told something new, \(total.conflicts) were in conflict "
        sentence += "with what is known, \(total.optOuts) opted somebody out or in, the others changed nothing. "
        sentence += "\(total.unreadable) cannot be read."
        Terminal.print(isDryRun ? sentence + " Nothing was changed: this was a dry run." : sentence)
        guard total.refused == 0, total.left == 0 else {
            throw CommandFailure("\(total.refused) were refused by Postgres, and \(total.left) met other transactions.")
        }
    }

    private func run(_ replay: WebhookReplay, _ session: OperatorSession) async throws -> ReplayTotal {
        let end = WebhookID(at: to ?? .now, random: (0, 0))
        // The ids of a millisecond are above this one.
        var after = WebhookID(at: from, random: (0, 0))
        var total = ReplayTotal()
        var shownAt = Deadline.in(.seconds(2))
        while true {
            let walk = WalkWebhooks(after: after, before: end, source: source, account: account)
            let isDryRun = isDryRun
            let report: ReplayReport
            do {
                report = try await session.perform(timeout: WebhookReplay.timeout) { connection, deadline in
                    try replay.step(walk, isDryRun: isDryRun, on: connection, deadline: deadline)
                }
            } catch let failure as CommandFailure {
                throw CommandFailure("\(failure) It came as far as \(after.timestamp): go on from there with --from.")
            }
            show(report)
            if isDryRun {
                for id in report.news.prefix(max(0, Self.namedMax - total.new)) { Terminal.print("\(id)  is new") }
            }
            total.add(report)
            guard let last = report.last else { return total }
            after = last
            if shownAt.hasPassed {
                shownAt = .in(.seconds(2))
                Terminal.print("\(after.timestamp)  \(total.replayed) run again, \(total.new) new")
            }
        }
    }

    private func show(_ report: ReplayReport) {
        for change in report.changes { Terminal.print(change.line) }
        for one in report.unreadable {
            Terminal.print("\(one.webhookID)  cannot be read: \(one.reason): \(one.detail)")
        }
        for one in report.refused { Terminal.print("\(one.id)  refused: \(one.cause.operatorSentence)") }
        for id in report.left { Terminal.print("\(id)  met another transaction: run it again") }
    }
}

/// What all steps came to.
private struct ReplayTotal {
    var replayed = 0
    var new = 0
    var conflicts = 0
    var optOuts = 0
    var unreadable = 0
    var refused = 0
    var left = 0

    mutating func add(_ report: ReplayReport) {
        replayed += report.replayed
        new += report.news.count
        conflicts += report.conflicts
        optOuts += report.optOuts
        unreadable += report.unreadable.count
        refused += report.refused.count
        left += report.left.count
    }
}
