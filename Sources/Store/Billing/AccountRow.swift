import Domain
import PostgresClient

/// An account with its balance.
public struct AccountRow: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// `prepaid` or `postpaid`.
    public var kind: String
    /// ISO 4217 code of its prices and its ledger.
    public var currency: String
    /// Automatic retries in a cycle; nil where the processes' setting holds.
    public var maxAutomaticRetries: Int32?
    /// Resends of one entry; nil likewise.
    public var maxResends: Int32?
    /// `fail` or `retry`; nil likewise.
    public var unclearPolicy: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// What the ledger comes to.
    public var balance: Numeric
    /// When that last changed; nil where it never did.
    public var balanceChangedAt: Timestamp?

    /// Reads name, kind, currency, max_automatic_retries, max_resends, unclear_policy, created_at, balance, changed_at.
    init(_ row: Row) throws(PostgresError) {
        name = try row.text(0)
        kind = try row.text(1)
        currency = try row.text(2)
        maxAutomaticRetries = try row.optionalInt32(3)
        maxResends = try row.optionalInt32(4)
        unclearPolicy = try row.optionalText(5)
        createdAt = Timestamp(microseconds: try row.timestamptz(6))
        balance = try row.numeric(7)
        balanceChangedAt = try row.optionalTimestamptz(8).map(Timestamp.init(microseconds:))
    }
}
