import Domain
import PostgresClient
import Store

/// What became of one claimed batch.
struct BatchResult: Sendable {
    var seqs: [Int64] = []
    var processed = 0
    var buried = 0
    var duplicates = 0
    var conflicts = 0
    /// Inbound SMS that opt out or in.
    var optOuts = 0
    /// Those among them whose sender's number cannot be read, so that nothing follows.
    var optOutsUnreadable = 0
    /// Waiting webhooks whose raw row is gone: left in the queue, where the monitor shows them.
    var withoutRaw: [Int64] = []
}

/// Turns claimed webhooks into their effects and takes them out of the queue, within the caller's transaction.
struct WebhookBatchRun {
    let reader: WebhookReader
    let trail: BreadcrumbTrail
    let timeZone: String
    let now: @Sendable () -> Timestamp

    /// Reads, parses, applies, buries what cannot be read, settles.
    /// - Parameter isSuspect: parses while nothing else of the process is parsed.
    func run(
        _ claimed: [ClaimedWebhook], isSuspect: Bool = false, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> BatchResult {
        guard !claimed.isEmpty else { return BatchResult() }
        var raws: [WebhookID: RawWebhook] = [:]
        raws.reserveCapacity(claimed.count)
        for raw in try connection.run(ReadWebhooks(claimed.map(\.webhookID)), deadline: deadline) {
            raws[raw.id] = raw
        }
        var parsed: [ParsedWebhook] = []
        parsed.reserveCapacity(claimed.count)
        var burials: [Burial] = []
        let start = now()
        var settled: [ClaimedWebhook] = []
        settled.reserveCapacity(claimed.count)
        var withoutRaw: [Int64] = []
        trail.batch(alone: isSuspect) {
            for one in claimed {
                guard let raw = raws[one.webhookID] else {
                    // Its day cannot have been dropped while it waits, so somebody did that by hand: leave it to a
                    // person.
                    withoutRaw.append(one.seq)
                    continue
                }
                settled.append(one)
                let outcome = trail.parsing(one.seq, alone: isSuspect) {
                    reader.read(raw, now: start, tries: Int32(one.deaths) + 1)
                }
                switch outcome {
                case .parsed(let webhook): parsed.append(webhook)
                case .unreadable(let burial): burials.append(burial)
                }
            }
        }
        let report = try WebhookEffects.apply(parsed, timeZone: timeZone, on: connection, deadline: deadline)
        var result = try settle(settled, parsed, report.effects, burials, on: connection, deadline: deadline)
        result.withoutRaw = withoutRaw
        return result
    }

    /// Buries without looking: what killed processes, or what Postgres would not take.
    func bury(
        _ one: ClaimedWebhook, reason: String, detail: String, tries: Int32, on connection: Connection,
        deadline: Deadline
    ) throws(PostgresError) -> BatchResult {
        let burial = Burial(
            webhookID: one.webhookID, reason: reason, detail: detail, parserVersion: 0, tries: max(tries, 1))
        return try settle([one], [], [], [burial], on: connection, deadline: deadline)
    }

    private func settle(
        _ claimed: [ClaimedWebhook], _ parsed: [ParsedWebhook], _ effects: [EventEffect], _ burials: [Burial],
        on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> BatchResult {
        guard !claimed.isEmpty else { return BatchResult() }
        if !burials.isEmpty { try connection.run(BuryWebhooks(burials), deadline: deadline) }
        var result = BatchResult(seqs: claimed.map(\.seq), processed: parsed.count, buried: burials.count)
        var tallies = TallyBatch()
        let end = now()
        for (webhook, effect) in zip(parsed, effects) {
            tallies.countProcessed(webhook.source, webhook.id, at: end)
            if let message = webhook.optOut {
                result.optOuts += 1
                if message.number == nil { result.optOutsUnreadable += 1 }
            }
            switch effect {
            case .new: break
            case .duplicate:
                tallies.count(.duplicate, webhook.source, webhook.id)
                result.duplicates += 1
            case .conflict:
                tallies.count(.conflict, webhook.source, webhook.id)
                result.conflicts += 1
            }
        }
        if !burials.isEmpty {
            let dead = Set(burials.map(\.webhookID))
            for one in claimed where dead.contains(one.webhookID) {
                tallies.count(.dead, one.source, one.webhookID)
            }
        }
        try connection.run(SettleWebhooks(claimed, counting: tallies), deadline: deadline)
        return result
    }
}
