import Domain
import PostgresClient

/// One change of a balance, as the ledger has it.
public struct LedgerRow: Sendable, Equatable {
    /// 1, 2, … within the account.
    public var seq: Int64
    /// What it is for.
    public var kind: LedgerKind
    /// The change, in the account's currency; a charge is negative.
    public var amount: Numeric
    /// The balance with this change.
    public var balanceAfter: Numeric
    /// The entry it is about; nil for a top-up or an adjustment.
    public var entryID: EntryID?
    /// The cycle of that entry.
    public var cycle: Int32?
    /// The reference of a top-up or an adjustment; nil where none was given.
    public var reference: String?
    /// When it was posted.
    public var createdAt: Timestamp

    /// Reads seq, kind, amount, balance_after, entry_id, cycle, reference, created_at: the first columns of a row.
    init(_ row: Row) throws(PostgresError) {
        guard let kind = LedgerKind(rawValue: try row.text(1)) else {
            throw PostgresError(.unexpectedResult, statement: "LedgerRow", serverMessage: "unknown kind")
        }
        self.kind = kind
        seq = try row.int64(0)
        amount = try row.numeric(2)
        balanceAfter = try row.numeric(3)
        entryID = try row.optionalUUID(4).map(EntryID.init(rawValue:))
        cycle = try row.optionalInt32(5)
        reference = try row.optionalText(6)
        createdAt = Timestamp(microseconds: try row.timestamptz(7))
    }
}
