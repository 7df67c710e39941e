import Domain
import PostgresClient

/// Computes the state of entries from all their evidence, writes it, and leads the ledger to what is owed.
///
/// The only way in which evidence becomes state and money, whatever the evidence is: a receipt, a matched parked one,
/// an outcome, a deadline, a resend. The evidence is stored before it is read here, or was added to what had been read
/// before. A state is written only onto the revision it was computed from: of two transactions with evidence for one
/// entry, the second to write reads again and sees the first one's. Locks: the entries, in ascending order; then, where
/// what is owed changed, their accounts. After it the transaction may lock nothing but rows of its own.
package enum RefreshEntries {
    /// How often other transactions may come in between before this one is given up and tried anew.
    package static let roundsMax = 10

    /// Refreshes these, and parks the receipts of those that are gone (see ``ParkReceipts``); `timeZone` is the zone of the
    /// provider's local times, by a name Postgres knows.
    ///
    /// - Parameter evidence: all evidence of some of them, as read in this transaction, together with what it stored
    ///   since. Those entries are read again only if they turn out to be at another revision by now.
    /// - Returns: the entries whose status or delivery state changed.
    /// - Throws: a serialization failure where ``roundsMax`` was not enough; try the transaction anew.
    package static func run(
        _ ids: Set<EntryID>, knowing evidence: [EntryID: StoredEvidence] = [:], timeZone: String,
        on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EntryChange] {
        var changes: [EntryChange] = []
        var postings: [LedgerPosting] = []
        var accounts: Set<String> = []
        // Reports have an entry where it was accepted or where it was scheduled, as `billing.scheduled_into` says: both.
        var moments = ids.map(\.timestamp)
        var open = ids.sorted()
        var gone: [EntryID] = []
        var known = evidence
        for _ in 0..<roundsMax where !open.isEmpty {
            let unknown = open.filter { known[$0] == nil }
            let read = try unknown.isEmpty ? [] : ReadEvidence.whole(of: unknown, on: connection, deadline: deadline)
            for entry in read { known[entry.id] = entry }
            let entries = open.compactMap { known.removeValue(forKey: $0) }
            if entries.count < open.count {
                let found = Set(entries.map(\.id))
                gone += open.filter { !found.contains($0) }
            }
            let computed = entries.map { entry in
                ComputedState(id: entry.id, revision: entry.revision, state: entryState(of: entry.evidence))
            }
            let written = try connection.run(UpdateEntryStates(computed, timeZone: timeZone), deadline: deadline)
            for (entry, new) in zip(entries, computed) where written.contains(entry.id) {
                if entry.status != new.state.status || entry.deliveryState != new.state.deliveryState {
                    changes.append(EntryChange(from: entry, to: new.state))
                }
                if let scheduledAt = entry.evidence.scheduledAt { moments.append(scheduledAt) }
                guard entry.owedCycles != new.state.owedCycles else { continue }
                accounts.insert(entry.account)
                postings += ledgerSteps(from: entry.owedCycles, to: new.state.owedCycles).map {
                    LedgerPosting(entryID: entry.id, cycle: $0.cycle, kind: $0.kind)
                }
            }
            open = entries.map(\.id).filter { !written.contains($0) }
        }
        guard open.isEmpty else {
            throw PostgresError(.server(.serializationFailure), statement: "RefreshEntries")
        }
        // Their costs are where the receipts are, once they are of no entry.
        if !gone.isEmpty { moments += try connection.run(ParkReceipts(of: gone), deadline: deadline) }
        try NoteCostSlices.run(late: moments, on: connection, deadline: deadline)
        if !postings.isEmpty {
            try connection.run(LockAccounts(accounts), deadline: deadline)
            try connection.run(PostLedgerSteps(postings), deadline: deadline)
        }
        return changes
    }
}
