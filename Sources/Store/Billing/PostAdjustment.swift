import Domain
import PostgresClient

/// Corrects the balance of an account by hand, once per reference: the text of ``PostTopUp``, which also says what has to be
/// locked.
package struct PostAdjustment: Statement {
    package static let sql = PostTopUp.sql
    let account: String
    let amount: Numeric
    let reference: String
    let mayOverdraw: Bool

    /// Whether an amount may be a correction: not 0, and of the size that a top-up may have.
    package static func accepts(_ amount: Amount) -> Bool { PostTopUp.accepts(amount) }

    /// Adds `amount`, which may be negative, in the account's currency; `mayOverdraw`: also where that takes what is paid
    /// beforehand below zero.
    package init(account: String, amount: Numeric, reference: String, mayOverdraw: Bool) {
        self.account = account
        self.amount = amount
        self.reference = reference
        self.mayOverdraw = mayOverdraw
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(amount)
        parameters.append(reference)
        parameters.append(LedgerKind.adjustment.rawValue)
        parameters.append(mayOverdraw)
    }

    /// What the rows become; ``PostingOutcome/unknownAccount`` also where the balance may not go so low.
    package func decode(_ rows: Rows) throws(PostgresError) -> PostingOutcome { try PostingOutcome(rows) }
}
