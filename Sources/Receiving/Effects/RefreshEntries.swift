import Domain
import PostgresClient
import Store

/// Computes the state of entries from all their evidence and writes it.
///
/// The one way in which evidence becomes state, whoever brings it: a receipt, a matched parked one, later an outcome or
/// a deadline. Entries are locked first and in order; what is read after that includes whatever others committed before.
enum RefreshEntries {
    static func run(
        _ ids: Set<EntryID>, timeZone: String, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EntryChange] {
        guard !ids.isEmpty else { return [] }
        let sorted = ids.sorted()
        let entries = try connection.run(LockEntries(sorted), deadline: deadline)
        var receipts: [AttemptID: [ReceiptEvidence]] = [:]
        for (attemptID, receipt) in try connection.run(ReadReceipts(of: sorted), deadline: deadline) {
            receipts[attemptID, default: []].append(receipt)
        }
        var attempts: [EntryID: [AttemptEvidence]] = [:]
        for (entryID, attempt) in try connection.run(ReadAttempts(of: sorted), deadline: deadline) {
            var attempt = attempt
            attempt.receipts = receipts[attempt.id] ?? []
            attempts[entryID, default: []].append(attempt)
        }
        var states: [(id: EntryID, state: EntryState)] = []
        var changes: [EntryChange] = []
        for entry in entries {
            let state = entryState(
                of: EntryEvidence(
                    scheduledAt: entry.scheduledAt, scheduled: entry.isScheduled, cancelled: entry.isCancelled,
                    expired: entry.isExpired, cycle: entry.cycle, sendsReceipts: entry.sendsReceipts,
                    attempts: attempts[entry.id] ?? []))
            states.append((entry.id, state))
            let before = "\(entry.status)/\(entry.deliveryState)"
            let after = "\(state.status.rawValue)/\(state.deliveryState.rawValue)"
            if before != after {
                changes.append(EntryChange(entryID: entry.id.description, before: before, after: after))
            }
        }
        _ = try connection.run(UpdateEntryStates(states, timeZone: timeZone), deadline: deadline)
        return changes
    }
}
