import Domain
import PostgresClient
import Store

/// Matches parked receipts again: a receipt and the outcome of its attempt can each miss the other by a moment.
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

    /// Sweeps what was taken in within a span.
    ///
    /// - Returns: how many were matched, and where the next sweep goes on; nil where this one came to the end. Where
    ///   another process is at it, the place where this one began.
    func run(
        from start: Place, until youngest: Timestamp, on connection: Connection, deadline: Deadline
    ) throws -> (matched: Int, next: Place?) {
        var place = start
        var matched = 0
        for _ in 0..<pagesMax {
            let page = try connection.transaction(deadline: deadline) { connection -> [ParkedReceipt]? in
                guard try connection.run(TryLock("postroom.parked-sweep.\(name)"), deadline: deadline) else {
                    return nil
                }
                let page = try connection.run(
                    ReadParkedReceipts(
                        after: (place.receivedAt, place.key), until: youngest, limit: pageSize), deadline: deadline)
                matched += try match(page, on: connection, deadline: deadline)
                return page
            }
            guard let page else { return (matched, place) }
            guard let last = page.last, page.count == Int(pageSize) else { return (matched, nil) }
            place = Place(receivedAt: last.receivedAt, key: last.key)
        }
        return (matched, place)
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
