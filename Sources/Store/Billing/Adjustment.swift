import Domain
import PostgresClient

/// What became of an adjustment.
package enum AdjustmentOutcome: Sendable, Equatable {
    /// As of a top-up.
    case done(PostingOutcome)
    /// What is paid beforehand would be below zero: nothing was posted, and this is the balance.
    case overdrawn(balance: Numeric)
}

/// An adjustment as one transaction: the account's lock, then the posting.
package enum Adjustment {
    /// Posts it, unless it was posted before under the same reference. Locks: the account.
    ///
    /// - Throws: where the effect is unknown, the same may be posted again: it happens once.
    package static func run(
        account: String, amount: Numeric, reference: String, mayOverdraw: Bool, on connection: Connection,
        deadline: Deadline
    ) throws -> AdjustmentOutcome {
        try connection.transaction(deadline: deadline) { connection in
            try connection.run(LockAccounts([account]), deadline: deadline)
            let outcome = try connection.run(
                PostAdjustment(account: account, amount: amount, reference: reference, mayOverdraw: mayOverdraw),
                deadline: deadline)
            guard outcome == .unknownAccount else { return .done(outcome) }
            let (accounts, _) = try connection.run(ReadAccounts([account]), deadline: deadline)
            return accounts.first.map { .overdrawn(balance: $0.balance) } ?? .done(outcome)
        }
    }
}
