import Domain
import PostgresClient

/// One change of a balance, as the ledger has it.
package struct LedgerRow: Sendable, Equatable {
    /// 1, 2, … within the account.
    package var seq: Int64
    /// What it is for.
    package var kind: LedgerKind
    /// The change, in the account's currency; a charge is negative.
    package var amount: Numeric
    /// The balance with this change.
    package var balanceAfter: Numeric
    /// The entry it is about; nil for a top-up or an adjustment.
    package var entryID: EntryID?
    /// The cycle of that entry.
    package var cycle: Int32?
    /// The reference of a top-up or an adjustment; nil where none was given.
    package var reference: String?
    /// When it was posted.
    package var createdAt: Timestamp

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
