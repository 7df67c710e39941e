import Domain
import PostgresClient
import Receiving
import Runtime
import Store

/// What the subcommands of `dead` share: settings, a connection, and a walk over the selected.
struct DeadLetterSession: Sendable {
    /// Dead letters read at a time.
    static let pageSize: Int32 = 500

    let session: OperatorSession
    let letters: DeadLetters
    private let timeZone: String

    init() throws {
        let reader = SettingsReader.standard()
        timeZone = reader.text(.nxteleTimezone)
        letters = DeadLetters(reader: WebhookReader(reading: reader), timeZone: timeZone)
        session = try OperatorSession("postroom dead", reader: reader)
    }

    /// For who replays: receipts are read by it.
    func requireTimeZone() async throws { try await session.require(timeZone: timeZone) }

    func page(_ filter: DeadLetterFilter, after: WebhookID, limit: Int32) async throws -> [DeadLetterSummary] {
        try await session.run(ListDeadLetters(filter, after: after, limit: limit))
    }

    /// Does the work on each selected dead letter, and tells of the ids that were named and are not there.
    ///
    /// - Returns: how many selected letters stay as they were: those that Postgres refused, and named ones that do not
    ///   exist. A listed one that is gone since does not count.
    func forEach(
        _ filter: DeadLetterFilter,
        _ work: @escaping @Sendable (DeadLetters, WebhookID, Connection) throws -> DeadLetterOutcome,
        report: (DeadLetterSummary, DeadLetterOutcome) -> Void
    ) async throws -> Int {
        var absent = Set(filter.ids ?? [])
        var notDone = 0
        var after = WebhookID(rawValue: 0)
        while true {
            let page = try await page(filter, after: after, limit: Self.pageSize)
            for letter in page {
                let outcome = try await settle(letter.webhookID, work)
                report(letter, outcome)
                let wasNamed = absent.remove(letter.webhookID) != nil
                switch outcome {
                case .refused: notDone += 1
                case .notThere: notDone += wasNamed ? 1 : 0
                case .processed, .stillUnreadable, .discarded: break
                }
            }
            guard let last = page.last, page.count == Int(Self.pageSize) else { break }
            after = last.webhookID
        }
        for id in absent.sorted() {
            Terminal.print("\(id)  no dead letter, or not of that reason or source")
        }
        return notDone + absent.count
    }

    /// Ends with code 1 where something stays as it was.
    static func finish(notDone: Int) throws {
        guard notDone > 0 else { return }
        throw CommandFailure("\(notDone) of the dead letters that were meant: nothing was done, as said above.")
    }

    /// A letter that Postgres refuses does not keep the others from their turn; any other failure would hit them, too.
    private func settle(
        _ id: WebhookID, _ work: @escaping @Sendable (DeadLetters, WebhookID, Connection) throws -> DeadLetterOutcome
    ) async throws -> DeadLetterOutcome {
        do {
            // Live workers may be at the same entry: after a deadlock or serialization failure it is tried again.
            return try await session.attempt { [letters] connection, _ in try work(letters, id, connection) }
        } catch let error as PostgresError {
            let sentence = OperatorSession.sentence(error)
            guard error.sqlState != nil, error.effect == .none else { throw CommandFailure("\(id): \(sentence)") }
            return .refused(sentence)
        }
    }
}
