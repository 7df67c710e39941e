import Domain
import PostgresClient

/// An account with its balance.
package struct AccountRow: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// `prepaid` or `postpaid`.
    package var kind: String
    /// ISO 4217 code of its prices and its ledger.
    package var currency: String
    /// Automatic retries in a cycle; nil where the processes' setting holds.
    package var maxAutomaticRetries: Int32?
    /// Resends of one entry; nil likewise.
    package var maxResends: Int32?
    /// `fail` or `retry`; nil likewise.
    package var unclearPolicy: String?
    /// When it was made.
    package var createdAt: Timestamp
    /// What the ledger comes to.
    package var balance: Numeric
    /// When that last changed; nil where it never did.
    package var balanceChangedAt: Timestamp?

    /// Reads name, kind, currency, max_automatic_retries, max_resends, unclear_policy, created_at, balance, changed_at.
    init(_ row: inout Row) throws(PostgresError) {
        name = try row.text()
        kind = try row.text()
        currency = try row.text()
        maxAutomaticRetries = try row.optionalInt32()
        maxResends = try row.optionalInt32()
        unclearPolicy = try row.optionalText()
        createdAt = Timestamp(microseconds: try row.timestamptz())
        balance = try row.numeric()
        balanceChangedAt = try row.optionalTimestamptz().map(Timestamp.init(microseconds:))
    }
}
