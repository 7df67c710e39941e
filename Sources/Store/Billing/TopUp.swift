import Domain
import PostgresClient

/// A top-up as one transaction: the account's lock, then the posting.
package enum TopUp {
    /// Posts it, unless it was posted before under the same reference. Locks: the account.
    ///
    /// - Throws: where the effect is unknown, the same may be posted again: it happens once.
    package static func run(
        account: String, amount: Amount, reference: String, on connection: Connection, deadline: Deadline
    ) throws -> PostingOutcome {
        try connection.transaction(deadline: deadline) { connection in
            try connection.run(LockAccounts([account]), deadline: deadline)
            return try connection.run(
                PostTopUp(account: account, amount: amount, reference: reference), deadline: deadline)
        }
    }
}
