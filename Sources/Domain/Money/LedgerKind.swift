/// What an entry in an account's ledger is for.
package enum LedgerKind: String, Sendable, CaseIterable {
    /// The price of a cycle, when it is accepted.
    case charge
    /// A cycle's price given back, because nothing is owed for it any more.
    case refund
    /// A refund taken back: late evidence shows that the cycle is owed after all.
    case refundReversal = "refund_reversal"
    /// Money paid in.
    case topUp = "topup"
    /// A correction by hand.
    case adjustment
}
