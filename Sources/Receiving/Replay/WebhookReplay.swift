import Domain
import PostgresClient
import Runtime
import Store

/// Runs the current parsers over webhooks that were processed before, and applies what they read: after a parser was
/// mended, or where effects were lost but the raw webhooks were not.
///
/// A webhook does not repeat an effect that it had: the keys of its events decide, as for a webhook that a provider
/// repeats. So a replay may be repeated, and may run beside workers; a webhook that still waits has its effect early,
/// and is a duplicate when its turn comes. Counted as `replayed`, which is no part of the conservation of webhooks.
package struct WebhookReplay: Sendable {
    /// How long one step may take.
    package static let timeout = Duration.seconds(30)
    /// The longest wait for a lock.
    private static let lockWait = Duration.seconds(1)
    /// Tries of what meets other transactions.
    private static let conflictTriesMax = 3

    private let reader: WebhookReader
    private let timeZone: String

    /// Makes one that reads with the current parsers; `timeZone` is the zone of NXTele's local times.
    package init(reader: WebhookReader, timeZone: String) {
        self.reader = reader
        self.timeZone = timeZone
    }

    /// Walks past the next webhooks, and runs the wanted ones again, together or, if that fails, by halves.
    ///
    /// - Parameter isDryRun: does everything in transactions, and rolls them back.
    package func step(
        _ walk: WalkWebhooks, isDryRun: Bool, on connection: Connection, deadline: Deadline
    ) throws -> ReplayReport {
        let walked = try connection.run(walk, deadline: deadline)
        var report = ReplayReport()
        report.last = walked.last
        let now = Timestamp.now
        var parsed: [ParsedWebhook] = []
        for raw in walked.wanted {
            switch reader.read(raw, now: now, tries: 1) {
            case .parsed(let webhook): parsed.append(webhook)
            case .unreadable(let burial): report.unreadable.append(burial)
            }
        }
        guard !parsed.isEmpty else { return report }
        let isolation = BatchIsolation<Int> { places in
            let part = places.map { parsed[$0] }
            report.count(
                try apply(
                    part, lockWait: BatchSearch.lockWait, isDryRun: isDryRun, on: connection, deadline: deadline),
                of: part)
            return part.count
        }
        do {
            report.count(
                try apply(parsed, lockWait: Self.lockWait, isDryRun: isDryRun, on: connection, deadline: deadline),
                of: parsed)
        } catch let error as PostgresError where error.isRowsDoing {
            var findings = BatchIsolation<Int>.Findings()
            try isolation.search(Array(parsed.indices), cause: error, into: &findings)
            report.refused = findings.refused.map { (parsed[$0.key].id, $0.cause) }
            report.left = findings.left.map { parsed[$0].id }
        }
        return report
    }

    private func apply(
        _ parsed: [ParsedWebhook], lockWait: Duration, isDryRun: Bool, on connection: Connection, deadline: Deadline
    ) throws -> EffectReport {
        var tries = 1
        while true {
            do {
                return try connection.transaction(
                    deadline: deadline, lockWait: lockWait, isDryRun: isDryRun
                ) { connection in
                    let report = try WebhookEffects.apply(
                        parsed, timeZone: timeZone, on: connection, deadline: deadline)
                    var tallies = TallyBatch()
                    for webhook in parsed { tallies.count(.replayed, webhook.source, webhook.id) }
                    try connection.run(InsertTallies(tallies), deadline: deadline)
                    return report
                }
            } catch let error as PostgresError where error.isConflict && tries < Self.conflictTriesMax {
                tries += 1
            }
        }
    }
}

extension ReplayReport {
    fileprivate mutating func count(_ report: EffectReport, of webhooks: [ParsedWebhook]) {
        replayed += report.effects.count
        news += zip(webhooks, report.effects).filter { $0.1 == .new }.map(\.0.id)
        conflicts += report.effects.count { $0 == .conflict }
        optOuts += report.optOuts
        changes += report.changes
    }
}
