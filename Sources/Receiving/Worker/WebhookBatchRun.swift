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
    /// How many of them came from a number that cannot be read, so that nothing follows.
    var optOutsUnreadable = 0
    /// Waiting webhooks whose raw row is gone: left in the queue, where the monitor shows them.
    var withoutRaw: [Int64] = []
    /// How many were left in the queue because all together would have been too many bytes.
    var tooMany = 0
    /// Bytes of the raw webhooks that were read.
    var rawBytes = 0
}

/// Turns claimed webhooks into their effects and takes them out of the queue, within the caller's transaction.
struct WebhookBatchRun {
    /// Bytes of raw webhooks that a batch reads, and one webhook more at most. 8 MiB; five hundred receipts take a
    /// quarter of one MiB. At its peak a worker holds them several times (as Postgres sent them, as read, as parsed,
    /// and as sent to where they are parked), and so does every worker of the process.
    static let rawBytesMax = 8 << 20

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
        let read = try read(claimed, on: connection, deadline: deadline)
        var parsed: [ParsedWebhook] = []
        parsed.reserveCapacity(claimed.count)
        var burials: [Burial] = []
        let start = now()
        var settled: [ClaimedWebhook] = []
        settled.reserveCapacity(claimed.count)
        var withoutRaw: [Int64] = []
        trail.batch(alone: isSuspect) {
            for one in claimed {
                if read.tooMany.contains(one.webhookID) { continue }
                guard let raw = read.raws[one.webhookID] else {
                    // Its day cannot have been dropped while it waits, so somebody removed the row by hand: leave it to
                    // a person.
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
        result.tooMany = read.tooMany.count
        result.rawBytes = read.bytes
        return result
    }

    /// Raw webhooks of a batch.
    private struct Read {
        var raws: [WebhookID: RawWebhook] = [:]
        var bytes = 0
        /// What is there, and was not read.
        var tooMany: Set<WebhookID> = []

        mutating func add(_ some: [RawWebhook]) {
            for raw in some {
                raws[raw.id] = raw
                bytes += raw.byteCount
            }
        }
    }

    /// Reads the raw webhooks that are no larger than their share of the bytes, which is mostly all of them. Of the
    /// others it reads the first, so that each has its turn, and as many more as there is room for.
    private func read(
        _ claimed: [ClaimedWebhook], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Read {
        var read = Read()
        read.raws.reserveCapacity(claimed.count)
        let share = ReadWebhooks(claimed.map(\.webhookID), bytesMax: Int64(Self.rawBytesMax / claimed.count))
        read.add(try connection.run(share, deadline: deadline))
        guard read.raws.count < claimed.count else { return read }
        let rest = claimed.map(\.webhookID).filter { read.raws[$0] == nil }
        guard !rest.isEmpty else { return read }
        let sizes = Dictionary(
            try connection.run(ReadWebhookSizes(rest), deadline: deadline).map { ($0.id, $0.bytes) },
            uniquingKeysWith: { first, _ in first })
        var chosen: [WebhookID] = []
        var bytes = read.bytes
        for id in rest {
            guard let size = sizes[id] else { continue }
            if chosen.isEmpty || bytes + size <= Self.rawBytesMax {
                chosen.append(id)
                bytes += size
            } else {
                read.tooMany.insert(id)
            }
        }
        if !chosen.isEmpty { read.add(try connection.run(ReadWebhooks(chosen), deadline: deadline)) }
        return read
    }

    /// Buries without reading: what killed processes, or what Postgres would not take.
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
            if let kind = effect.tallyKind { tallies.count(kind, webhook.source, webhook.id) }
        }
        result.duplicates = effects.count { $0 == .duplicate }
        result.conflicts = effects.count { $0 == .conflict }
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
