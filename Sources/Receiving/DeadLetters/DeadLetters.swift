import Domain
import PostgresClient
import Runtime
import Store

/// What became of a dead letter, or would.
package enum DeadLetterOutcome: Sendable, Equatable {
    /// It was processed: what its event did, and the entries it changed.
    case processed(EventEffect, changes: [EntryChange])
    /// It still cannot be read, for this reason now.
    case stillUnreadable(reason: String, detail: String)
    /// It was given up.
    case discarded
    /// It is gone, or another process works on it.
    case notThere
    /// Postgres refused it; it stays as it was.
    case refused(String)
}

/// Replays and discards dead letters, each in a transaction of its own, with the counts that keep conservation true.
package struct DeadLetters: Sendable {
    /// How long one dead letter may take.
    static let timeout = Duration.seconds(30)

    private let reader: WebhookReader
    private let timeZone: String

    /// Dead letters that are read with the current parsers; `timeZone` is the zone of NXTele's local times.
    package init(reader: WebhookReader, timeZone: String) {
        self.reader = reader
        self.timeZone = timeZone
    }

    /// Runs the current parser and applies what it reads.
    /// - Parameter isDryRun: does everything in the transaction, and rolls it back.
    package func replay(_ id: WebhookID, isDryRun: Bool, on connection: Connection) throws -> DeadLetterOutcome {
        try settle(id, isDryRun: isDryRun, on: connection) { letter, deadline throws(PostgresError) in
            switch reader.read(letter.raw, now: .now, tries: letter.summary.tries + 1) {
            case .unreadable(let burial):
                try connection.run(UpdateDeadLetter(burial), deadline: deadline)
                return .stillUnreadable(reason: burial.reason, detail: burial.detail)
            case .parsed(let webhook):
                let report = try WebhookEffects.apply(
                    [webhook], timeZone: timeZone, on: connection, deadline: deadline)
                let effect = report.effects.first ?? .new
                try connection.run(RemoveDeadLetter(id), deadline: deadline)
                var tallies = TallyBatch()
                tallies.count(.dead, webhook.source, id, by: -1)
                tallies.count(.processed, webhook.source, id)
                if let kind = effect.tallyKind { tallies.count(kind, webhook.source, id) }
                try connection.run(InsertTallies(tallies), deadline: deadline)
                return .processed(effect, changes: report.changes)
            }
        }
    }

    /// Gives a dead letter up for good. Its bytes stay in the inbox until their day is dropped.
    package func discard(_ id: WebhookID, isDryRun: Bool, on connection: Connection) throws -> DeadLetterOutcome {
        try settle(id, isDryRun: isDryRun, on: connection) { letter, deadline throws(PostgresError) in
            try connection.run(RemoveDeadLetter(id), deadline: deadline)
            var tallies = TallyBatch()
            tallies.count(.dead, letter.summary.source, id, by: -1)
            tallies.count(.discarded, letter.summary.source, id)
            try connection.run(InsertTallies(tallies), deadline: deadline)
            return .discarded
        }
    }

    private func settle(
        _ id: WebhookID, isDryRun: Bool, on connection: Connection,
        _ body: (DeadLetter, Deadline) throws(PostgresError) -> DeadLetterOutcome
    ) throws -> DeadLetterOutcome {
        let deadline = Deadline.in(Self.timeout)
        return try connection.transaction(deadline: deadline, isDryRun: isDryRun) { connection in
            guard let letter = try connection.run(LockDeadLetter(id), deadline: deadline) else { return .notThere }
            return try body(letter, deadline)
        }
    }
}
