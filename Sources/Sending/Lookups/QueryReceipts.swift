import Domain
import PostgresClient
import Store

/// Stores receipts that the provider gave when it was asked, as those it sends of itself are: once by key, of two
/// contents the greater.
enum QueryReceipts {
    /// Stores these, each of a known attempt.
    ///
    /// - Returns: the entries whose evidence changed.
    static func store(
        _ records: [ReceiptRecord], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Set<EntryID> {
        let byKey = Dictionary(records.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let unique = byKey.values.sorted { $0.key < $1.key }
        guard !unique.isEmpty else { return [] }
        let inserted = try connection.run(InsertReceipts(unique), deadline: deadline)
        var touched = Set(unique.filter { inserted.contains($0.key) }.compactMap { $0.match?.entryID })
        let known = unique.filter { !inserted.contains($0.key) }
        guard !known.isEmpty else { return touched }
        var changed: [StoredReceipt] = []
        var unparked: [Timestamp] = []
        for old in try connection.run(LockReceiptContents(known), deadline: deadline) {
            guard let copy = byKey[old.key] else { continue }
            let new = old.merged(with: copy)
            guard new != old else { continue }
            changed.append(new)
            touched.formUnion([old.match, new.match].compactMap { $0?.entryID })
            if old.match == nil { unparked += [old.origin.receivedAt, new.origin.receivedAt] }
        }
        if !changed.isEmpty { try connection.run(UpdateReceiptContents(changed), deadline: deadline) }
        try NoteCostSlices.run(late: unparked, on: connection, deadline: deadline)
        return touched
    }
}
