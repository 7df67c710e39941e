import Domain
import PostgresClient
import Store

/// Computes the state of entries from all their evidence and writes it.
///
/// The one way in which evidence becomes state, whoever brings it: a receipt, a matched parked one, later an outcome or
/// a deadline. The evidence is stored before it is read here, and a state is written only onto the revision it was
/// computed from: of two transactions with evidence for one entry, the second to write reads again and sees the first's.
enum RefreshEntries {
    /// How often others may come in between before the transaction is given up and tried anew.
    static let roundsMax = 10

    static func run(
        _ ids: Set<EntryID>, timeZone: String, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EntryChange] {
        var changes: [EntryChange] = []
        var open = ids.sorted()
        for _ in 0..<roundsMax where !open.isEmpty {
            let entries = try connection.run(ReadEvidence(of: open), deadline: deadline)
            let computed = entries.map { entry in
                ComputedState(id: entry.id, revision: entry.revision, state: entryState(of: entry.evidence))
            }
            let written = try connection.run(UpdateEntryStates(computed, timeZone: timeZone), deadline: deadline)
            for (entry, new) in zip(entries, computed) where written.contains(entry.id) {
                if entry.status != new.state.status.rawValue || entry.deliveryState != new.state.deliveryState.rawValue
                {
                    changes.append(EntryChange(from: entry, to: new.state))
                }
            }
            // Those that are gone are not waited for.
            open = entries.map(\.id).filter { !written.contains($0) }
        }
        guard open.isEmpty else {
            throw PostgresError(.server(.serializationFailure), statement: "RefreshEntries")
        }
        return changes
    }
}

extension EntryChange {
    init(from entry: StoredEvidence, to state: EntryState) {
        self.init(
            entryID: entry.id.description, before: "\(entry.status)/\(entry.deliveryState)",
            after: "\(state.status.rawValue)/\(state.deliveryState.rawValue)")
    }
}
