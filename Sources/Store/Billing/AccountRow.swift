import Domain
import PostgresClient

/// An account with its balance.
package struct AccountRow: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// Whether it pays before or after.
    package var kind: AccountKind
    /// ISO 4217 code of its prices and its ledger.
    package var currency: String
    /// Automatic retries in a cycle; nil where the processes' setting holds.
    package var maxAutomaticRetries: Int32?
    /// Resends of one entry; nil likewise.
    package var maxResends: Int32?
    /// What becomes of an attempt whose outcome stays unknown; nil likewise.
    package var unclearPolicy: UnclearPolicy?
    /// When it was made.
    package var createdAt: Timestamp
    /// What the ledger comes to.
    package var balance: Numeric
    /// When that last changed; nil where it never did.
    package var balanceChangedAt: Timestamp?

    /// Reads name, kind, currency, max_automatic_retries, max_resends, unclear_policy, created_at, balance, changed_at.
    init(_ row: inout Row) throws(PostgresError) {
        name = try row.text()
        kind = try row.value()
        currency = try row.text()
        maxAutomaticRetries = try row.optionalInt32()
        maxResends = try row.optionalInt32()
        unclearPolicy = try row.optionalValue()
        createdAt = Timestamp(microseconds: try row.timestamptz())
        balance = try row.numeric()
        balanceChangedAt = try row.optionalTimestamptz().map(Timestamp.init(microseconds:))
    }
}
