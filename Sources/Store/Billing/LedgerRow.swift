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
    init(_ row: inout Row) throws(PostgresError) {
        seq = try row.int64()
        kind = try row.value()
        amount = try row.numeric()
        balanceAfter = try row.numeric()
        entryID = try row.optionalUUID().map(EntryID.init(rawValue:))
        cycle = try row.optionalInt32()
        reference = try row.optionalText()
        createdAt = Timestamp(microseconds: try row.timestamptz())
    }
}
