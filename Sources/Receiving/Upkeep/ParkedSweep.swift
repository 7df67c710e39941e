import Domain
import PostgresClient
import Runtime
import Store

/// Matches parked receipts again, because a receipt and the outcome of its attempt can each miss the other by a moment.
///
/// One process at a time does it, page by page, each in a transaction of its own.
struct ParkedSweep: Sendable {
    /// Receipts read at a time.
    static let pageSize: Int32 = 500
    /// Pages of one sweep at most; the next goes on where this one ended.
    static let pagesMax = 200

    let timeZone: String
    /// Whose turn it is: sweeps of one name exclude each other. Those of young and of old receipts have their own.
    let name: String
    var pageSize = ParkedSweep.pageSize
    var pagesMax = ParkedSweep.pagesMax

    /// A place in the order of parked receipts: by time of intake, then by key.
    struct Place: Sendable, Equatable {
        var receivedAt: Timestamp
        var key = ReceiptKey(rawValue: 0)
    }

    /// What came of a sweep.
    struct Outcome {
        /// How many were matched.
        var matched = 0
        /// How many could not be written, as somebody holds their entry or for another reason of their own: they are
        /// left to a later sweep.
        var left = 0
        /// Where the next sweep goes on; nil where this one came to the end. Where another process is at it, the place
        /// where this one began.
        var next: Place?
    }

    /// Sweeps what was taken in within a span.
    func run(
        from start: Place, until youngest: Timestamp, on connection: Connection, deadline: Deadline
    ) throws -> Outcome {
        var outcome = Outcome(next: start)
        for _ in 0..<pagesMax {
            guard let place = outcome.next else { break }
            var page: [ParkedReceipt]?
            var isCutShort = false
            do {
                try inTurn(on: connection, deadline: deadline) {
                    page = try connection.run(
                        ReadParkedReceipts(
                            after: (place.receivedAt, place.key), until: youngest, limit: pageSize),
                        deadline: deadline)
                    outcome.matched += try match(page ?? [], on: connection, deadline: deadline)
                }
            } catch let error as PostgresError where page != nil && error.isRowsDoing {
                let findings = try isolate(page ?? [], cause: error, on: connection, deadline: deadline)
                outcome.matched += findings.passed
                outcome.left += findings.left.count + findings.refused.count + findings.unsearched.count
                isCutShort = !findings.unsearched.isEmpty
            }
            guard let page else { break }
            outcome.next =
                page.count == Int(pageSize)
                ? page.last.map { Place(receivedAt: $0.receivedAt, key: $0.key) } : nil
            if isCutShort { break }
        }
        return outcome
    }

    /// A transaction that does nothing where another process sweeps.
    private func inTurn(
        lockWait: Duration? = nil, on connection: Connection, deadline: Deadline, _ body: () throws -> Void
    ) throws {
        try connection.transaction(deadline: deadline, lockWait: lockWait) { connection in
            guard try connection.run(TryLock("postroom.parked-sweep.\(name)"), deadline: deadline) else { return }
            try body()
        }
    }

    /// One made the whole page fail: the others are matched.
    private func isolate(
        _ page: [ParkedReceipt], cause: PostgresError, on connection: Connection, deadline: Deadline
    ) throws -> BatchIsolation<ParkedReceipt>.Findings {
        let end = Deadline.in(BatchSearch.timeMax)
        let search = BatchIsolation<ParkedReceipt>(isOver: { end.hasPassed }) { part in
            var matched = 0
            try inTurn(lockWait: BatchSearch.lockWait, on: connection, deadline: deadline) {
                matched = try match(part, on: connection, deadline: deadline)
            }
            return matched
        }
        var findings = BatchIsolation<ParkedReceipt>.Findings()
        try search.search(page, cause: cause, into: &findings)
        return findings
    }

    private func match(
        _ page: [ParkedReceipt], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Int {
        var found: [(key: ReceiptKey, match: ReceiptMatch)] = []
        var unparked: [Timestamp] = []
        for (provider, receipts) in Dictionary(grouping: page, by: \.provider) {
            let keys = receipts.map { MatchKeys(messageID: $0.messageID, ext: $0.ext, phone: $0.phone) }
            let matches = try ReceiptMatching.match(
                keys, provider: provider, on: connection, deadline: deadline
            ).matches
            for (receipt, match) in zip(receipts, matches) {
                guard let match else { continue }
                found.append((receipt.key, match))
                unparked.append(receipt.receivedAt)
            }
        }
        guard !found.isEmpty else { return 0 }
        found.sort { $0.key < $1.key }
        let count = try connection.run(MatchReceipts(found), deadline: deadline)
        try NoteCostSlices.run(late: unparked, on: connection, deadline: deadline)
        _ = try RefreshEntries.run(
            Set(found.map(\.match.entryID)), timeZone: timeZone, on: connection, deadline: deadline)
        return count
    }
}
