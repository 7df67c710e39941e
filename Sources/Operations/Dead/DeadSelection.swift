import ArgumentParser
import Domain
import PostgresClient
import Receiving
import Runtime
import Store

/// Which dead letters a command is about.
struct DeadSelection: ParsableArguments {
    @Argument(help: "Ids of webhooks, as `postroom dead list` shows them.")
    var ids: [String] = []

    @Option(help: "Only those of this reason.")
    var reason: String?

    @Option(help: "Only those of this source, such as nxtele-receipt.")
    var source: String?

    /// The same as a filter.
    func filter() throws(CommandFailure) -> DeadLetterFilter {
        var parsed: [WebhookID] = []
        for text in ids {
            guard let id = WebhookID(text) else {
                throw CommandFailure("Not an id: \(text). See `postroom dead list`.")
            }
            parsed.append(id)
        }
        return DeadLetterFilter(ids: parsed.isEmpty ? nil : parsed, reason: reason, source: source)
    }

    /// Whether nothing narrows it.
    var isEverything: Bool { ids.isEmpty && reason == nil && source == nil }
}

/// What the subcommands of `dead` share: settings, a connection, and a walk over the selected.
struct DeadLetterSession: Sendable {
    /// Dead letters read at a time.
    static let pageSize: Int32 = 500
    private static let timeout = Duration.seconds(30)
    /// Tries of one letter that meets other transactions.
    private static let conflictTriesMax = 3

    let pool: ConnectionPool
    let desk: DeadLetterDesk

    init() throws {
        let reader = SettingsReader.standard()
        let url = reader.secret(.databaseURL)
        let timeZone = reader.text(.nxteleTimezone)
        let retention = reader.duration(.outboxRetention)
        let optOut = OptOutWords(reader)
        try reader.finish()
        pool = ConnectionPool(
            ConnectionConfiguration(connectionString: url.revealed, applicationName: "postroom dead"), capacity: 1)
        desk = DeadLetterDesk(
            reader: WebhookReader(registry: .standard, outboxRetention: retention, optOut: optOut), timeZone: timeZone)
    }

    func page(_ filter: DeadLetterFilter, after: WebhookID, limit: Int32) async throws -> [DeadLetterSummary] {
        try await pool.run(ListDeadLetters(filter, after: after, limit: limit), timeout: Self.timeout)
    }

    /// Does the work on each selected dead letter, and counts the outcomes that count as done.
    func forEach(
        _ filter: DeadLetterFilter,
        _ work: @escaping @Sendable (DeadLetterDesk, WebhookID, Connection) throws -> DeadLetterOutcome,
        report: (DeadLetterSummary, DeadLetterOutcome) -> Void
    ) async throws {
        var after = WebhookID(rawValue: 0)
        while true {
            let page = try await page(filter, after: after, limit: Self.pageSize)
            for letter in page {
                report(letter, try await settle(letter.webhookID, work))
            }
            guard let last = page.last, page.count == Int(Self.pageSize) else { return }
            after = last.webhookID
        }
    }

    /// One letter that Postgres refuses does not keep the others from their turn.
    private func settle(
        _ id: WebhookID, _ work: @escaping @Sendable (DeadLetterDesk, WebhookID, Connection) throws -> DeadLetterOutcome
    ) async throws -> DeadLetterOutcome {
        for _ in 0..<Self.conflictTriesMax {
            do {
                return try await pool.withConnection(timeout: Self.timeout) { [desk] connection, _ in
                    try work(desk, id, connection)
                }
            } catch let error as PostgresError where error.sqlState != nil {
                // Live workers may be at the same entry: a deadlock or serialization failure is worth another try.
                if error.sqlState?.codeClass == "40" { continue }
                return .refused(error.operatorSentence)
            }
        }
        return .refused("it kept meeting other transactions")
    }
}
