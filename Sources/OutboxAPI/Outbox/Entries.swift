import Domain
import PostgresClient
import Store

/// Finds, resends and cancels entries; a resend and a cancel are one transaction each.
///
/// Locks are taken in the order that all processes keep: the queue row, the entry, the account.
struct Entries: Sendable {
    let transactions: RequestTransactions
    let resendsMax: Int32
    let waitMax: Duration
    let timeZone: String

    /// Starts the next cycle of a failed entry, and charges for it.
    ///
    /// - Returns: the entry as it is then.
    func resend(_ id: EntryID, allowDuplicate: Bool, _ principal: Principal) async throws -> EntryRecord {
        let before = try await find(id, principal)
        return try await transactions.run { connection, deadline, isInDoubt in
            let isLeased = try connection.run(LockQueuedSend(id), deadline: deadline)
            let entry = try locked(id, principal, connection, deadline)
            // The commit that was in doubt came through, or somebody else's resend did: either way it is being resent.
            if isInDoubt, entry.cycle > before.cycle { return entry }
            let attempts = try connection.run(ReadAttempts(of: id), deadline: deadline)
            // The account's own bound is read before its lock, which is the last one taken: the bound does not depend
            // on the balance.
            let (unlocked, _) = try connection.run(ReadAccounts([entry.account]), deadline: deadline)
            let pair = SuppressionPair(account: entry.account, number: entry.recipient)
            let facts = ResendFacts(
                status: entry.status, deliveryState: entry.deliveryState, cycle: entry.cycle,
                isQueued: isLeased != nil, attempts: attempts,
                resendsMax: unlocked.first?.maxResends ?? resendsMax,
                isSuppressed: try connection.run(FindSuppressed([pair]), deadline: deadline).contains(pair))
            try Self.check(decideResend(facts, allowDuplicate: allowDuplicate), resendsMax: facts.resendsMax)
            try connection.run(LockAccounts([entry.account]), deadline: deadline)
            let (accounts, _) = try connection.run(ReadAccounts([entry.account]), deadline: deadline)
            guard let account = accounts.first, let price = entry.costPerUnit.times(entry.units),
                let after = account.balance.adding(price.negated)
            else { throw Problem.internalError }
            if account.isPrepaid, after.isNegative, !price.isSameAmount(as: .zero) {
                throw Problem(.insufficientBalance, "Nothing was sent. Top the account up and resend.")
            }
            let started: Int
            do {
                started = try connection.run(
                    StartCycle(
                        id, cycle: entry.cycle + 1, chargeSeq: account.lastSeq + 1, amount: price.negated,
                        balanceAfter: after, waitMax: waitMax), deadline: deadline)
            } catch let error as PostgresError where error.constraint == "send_pkey" {
                // There was no queue row to lock at first; a late outcome has queued it for another try since.
                throw Self.notFailed
            }
            guard started == 1 else { throw PostgresError(.unexpectedResult, statement: StartCycle.name) }
            return try refreshed(id, principal, connection, deadline)
        }
    }

    /// Cancels an entry that is pending and that nobody has begun to send.
    ///
    /// - Returns: the entry as it is then.
    func cancel(_ id: EntryID, _ principal: Principal) async throws -> EntryRecord {
        try await transactions.run { connection, deadline, _ in
            let isLeased = try connection.run(LockQueuedSend(id), deadline: deadline)
            let entry = try locked(id, principal, connection, deadline)
            let attempts = try connection.run(ReadAttempts(of: id), deadline: deadline)
            switch decideCancel(entry, isLeased: isLeased, attempts: attempts) {
            case .done: return entry
            case .notPending: throw Problem(.notPending, "It is \(entry.status.rawValue) already.")
            case .dispatched: throw Problem(.dispatched, "It can no longer be held back.")
            case .cancel: break
            }
            guard try connection.run(CancelEntry(id), deadline: deadline) == 1 else {
                throw PostgresError(.unexpectedResult, statement: CancelEntry.name)
            }
            return try refreshed(id, principal, connection, deadline)
        }
    }

    /// An entry that the caller may see.
    /// - Throws: ``Problem``: not found.
    func find(_ id: EntryID, _ principal: Principal) async throws -> EntryRecord {
        let entry = try await transactions.read(
            ReadEntry(id, account: principal.account, userID: principal.visibleUser))
        guard let entry else { throw Self.notFound }
        return entry
    }

    /// The attempts of an entry with their receipts, in the order they were made.
    func attempts(of id: EntryID) async throws -> [AttemptRecord] {
        try await transactions.read(ReadAttempts(of: id))
    }

    private func locked(
        _ id: EntryID, _ principal: Principal, _ connection: Connection, _ deadline: Deadline
    ) throws -> EntryRecord {
        let entry = try connection.run(
            LockEntry(id, account: principal.account, userID: principal.visibleUser), deadline: deadline)
        guard let entry else { throw Self.notFound }
        return entry
    }

    private func refreshed(
        _ id: EntryID, _ principal: Principal, _ connection: Connection, _ deadline: Deadline
    ) throws -> EntryRecord {
        _ = try RefreshEntries.run([id], timeZone: timeZone, on: connection, deadline: deadline)
        return try locked(id, principal, connection, deadline)
    }

    private static func check(_ verdict: ResendVerdict, resendsMax: Int32) throws(Problem) {
        switch verdict {
        case .resend: return
        case .cancelled: throw Problem(.cancelled, "A cancelled message is not resent. Send it anew.")
        case .notFailed: throw notFailed
        case .suppressed: throw Problem.suppressed("Nothing was sent.", field: SendFields.recipientName)
        case .capReached: throw Problem(.resendCap, "It may be resent \(resendsMax) times at most.")
        case .outcomeUnknown:
            throw Problem(
                .outcomeUnknown,
                "Whether the last attempt reached the recipient is not known. To resend at the risk of a second SMS, "
                    + "set allowDuplicate to true.")
        }
    }

    private static let notFailed = Problem(
        .notFailed,
        "It is pending or sent, or another try of it is still queued: it may yet change. Look at its status.")
    static let notFound = Problem(.notFound, "There is no such entry.")
}
