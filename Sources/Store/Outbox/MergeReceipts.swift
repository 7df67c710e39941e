import Domain
import PostgresClient

/// Merges further copies of receipts whose key is stored already: what is stored becomes what
/// ``StoredReceipt/merged(with:)`` says, and the slices in which parked ones are counted are noted where one is tied.
///
/// Locks: as ``LockReceiptContents``.
package enum MergeReceipts {
    /// What the copies did.
    package struct Outcome: Sendable, Equatable {
        /// The entries whose evidence changed.
        package var touched: Set<EntryID> = []
        /// The receipts of which a copy told something else.
        package var conflicting: Set<ReceiptKey> = []
    }

    /// Merges these, one copy for each key, in ascending order of key.
    package static func run(
        _ copies: [ReceiptRecord], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Outcome {
        var outcome = Outcome()
        guard !copies.isEmpty else { return outcome }
        let byKey = Dictionary(copies.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var changed: [StoredReceipt] = []
        var unparked: [Timestamp] = []
        for old in try connection.run(LockReceiptContents(copies), deadline: deadline) {
            guard let copy = byKey[old.key] else { continue }
            if old.contentHash != copy.contentHash { outcome.conflicting.insert(old.key) }
            let new = old.merged(with: copy)
            guard new != old else { continue }
            changed.append(new)
            outcome.touched.formUnion([old.match, new.match].compactMap { $0?.entryID })
            if old.match == nil { unparked += [old.origin.receivedAt, new.origin.receivedAt] }
        }
        if !changed.isEmpty { try connection.run(UpdateReceiptContents(changed), deadline: deadline) }
        try NoteCostSlices.run(late: unparked, on: connection, deadline: deadline)
        return outcome
    }
}
