import Domain
import PostgresClient
import Store

/// Receipts: deduplicated by key, matched to attempts or parked, merged into the state of their entries.
enum ReceiptEffects {
    static func apply(
        _ records: [ReceiptRecord], timeZone: String, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> EffectReport {
        guard !records.isEmpty else { return EffectReport(effects: [], changes: []) }
        var effects = [EventEffect](repeating: .new, count: records.count)
        var unique = reduce(records, &effects)
        var known = try match(&unique, on: connection, deadline: deadline)
        let inserted = try connection.run(InsertReceipts(unique.map(\.record)), deadline: deadline)
        var touched = Set<EntryID>()
        var parked: [Timestamp] = []
        for one in unique where inserted.contains(one.record.key) {
            if let match = one.record.match {
                touched.insert(match.entryID)
                // A receipt of an attempt that was made since: read the evidence anew.
                if known[match.entryID]?.add(one.record.evidence, of: match.attemptID) == false {
                    known[match.entryID] = nil
                }
            } else {
                parked.append(one.record.origin.receivedAt)
            }
        }
        try NoteCostSlices.run(late: parked, on: connection, deadline: deadline)
        let stored = unique.filter { !inserted.contains($0.record.key) }
        for entryID in try settleStored(stored, &effects, on: connection, deadline: deadline) {
            touched.insert(entryID)
            // A stored receipt changed: read anew.
            known[entryID] = nil
        }
        let changes = try RefreshEntries.run(
            touched, knowing: known, timeZone: timeZone, on: connection, deadline: deadline)
        return EffectReport(effects: effects, changes: changes)
    }

    private struct Unique {
        var record: ReceiptRecord
        /// Its place in the batch.
        var index: Int
    }

    /// One record for each key, in ascending order of key: of several, the one with the greatest content, because a
    /// single statement can write a row only once. The others are duplicates or conflicts of it.
    private static func reduce(_ records: [ReceiptRecord], _ effects: inout [EventEffect]) -> [Unique] {
        var unique: [Unique] = []
        unique.reserveCapacity(records.count)
        let order = records.indices.sorted { (records[$0].key, $0) < (records[$1].key, $1) }
        for index in order {
            let record = records[index]
            guard let last = unique.last, last.record.key == record.key else {
                unique.append(Unique(record: record, index: index))
                continue
            }
            effects[index] = record.contentHash == last.record.contentHash ? .duplicate : .conflict
            // What is stored is the greatest content with the earliest origin.
            if last.record.receipt.content < record.receipt.content {
                unique[unique.count - 1].record.receipt = record.receipt
                unique[unique.count - 1].record.contentHash = record.contentHash
            }
            if record.origin.isEarlier(than: last.record.origin) {
                unique[unique.count - 1].record.origin = record.origin
            }
        }
        return unique
    }

    /// - Returns: the evidence of the matched entries, as far as it was read with them.
    private static func match(
        _ unique: inout [Unique], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EntryID: StoredEvidence] {
        var entries: [EntryID: StoredEvidence] = [:]
        for (provider, indices) in Dictionary(grouping: unique.indices, by: { unique[$0].record.provider }) {
            let keys = indices.map { index in
                let receipt = unique[index].record.receipt
                return MatchKeys(messageID: receipt.messageID, ext: receipt.content.ext, phone: receipt.phone)
            }
            let found = try ReceiptMatching.match(keys, provider: provider, on: connection, deadline: deadline)
            for (index, match) in zip(indices, found.matches) { unique[index].record.match = match }
            if entries.isEmpty { entries = found.entries } else { entries.merge(found.entries) { $1 } }
        }
        return entries
    }

    /// Of receipts whose key is stored already: the same content is a duplicate, another a conflict.
    ///
    /// - Returns: the entries whose evidence changed.
    private static func settleStored(
        _ stored: [Unique], _ effects: inout [EventEffect], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Set<EntryID> {
        let merged = try MergeReceipts.run(stored.map(\.record), on: connection, deadline: deadline)
        for one in stored {
            effects[one.index] = merged.conflicting.contains(one.record.key) ? .conflict : .duplicate
        }
        return merged.touched
    }
}
