import Domain
import PostgresClient

/// Adds money to an account, once per reference.
///
/// The transaction must hold the account's lock (``LockAccounts``), taken by an earlier statement, so that this one
/// sees the last balance. After a commit in doubt the same top-up is posted again: the reference makes it happen once.
package struct PostTopUp: Statement {
    /// The largest top-up: beyond it somebody's finger slipped. Keeps balances within what `Numeric` can hold.
    package static let amountMax = 1_000_000_000
    /// The longest reference, in characters.
    package static let referenceLengthMax = 255

    /// Whether an amount may be a top-up: more than 0, at most ``amountMax``.
    package static func accepts(_ amount: Amount) -> Bool {
        amount.coefficient > 0 && Amount("\(amountMax)").map { amount <= $0 } == true
    }

    /// Whether a text may be a reference: 1 to ``referenceLengthMax`` characters, no control characters among them.
    package static func accepts(reference: String) -> Bool {
        (1...referenceLengthMax).contains(reference.unicodeScalars.count)
            && !reference.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// The statement; with other values it is ``PostAdjustment``.
    package static let sql = """
        WITH earlier AS (
            SELECT l.seq, l.kind, l.amount, l.balance_after, l.entry_id, l.cycle, l.reference, l.created_at
            FROM billing.ledger_entry AS l
            WHERE l.account = $1 AND l.reference = $3
        ), posted AS (
            INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, reference)
            SELECT a.name, coalesce(latest.seq, 0) + 1, $4, $2, coalesce(latest.balance_after, 0) + $2, $3
            FROM billing.account AS a
            LEFT JOIN LATERAL (
                SELECT l.seq, l.balance_after FROM billing.ledger_entry AS l
                WHERE l.account = a.name
                ORDER BY l.seq DESC LIMIT 1
            ) AS latest ON true
            WHERE a.name = $1 AND NOT EXISTS (SELECT FROM earlier)
              AND ($5 OR $2 >= 0 OR a.kind = 'postpaid' OR coalesce(latest.balance_after, 0) + $2 >= 0)
            RETURNING seq, kind, amount, balance_after, entry_id, cycle, reference, created_at
        )
        SELECT p.seq, p.kind, p.amount, p.balance_after, p.entry_id, p.cycle, p.reference, p.created_at,
               true, true
        FROM posted AS p
        UNION ALL
        SELECT e.seq, e.kind, e.amount, e.balance_after, e.entry_id, e.cycle, e.reference, e.created_at,
               false, e.kind = $4 AND e.amount = $2
        FROM earlier AS e
        """
    let account: String
    let amount: Amount
    let reference: String

    /// Adds `amount`, in the account's currency. Both are what ``accepts(_:)`` and ``accepts(reference:)`` accept.
    package init(account: String, amount: Amount, reference: String) {
        self.account = account
        self.amount = amount
        self.reference = reference
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(Numeric(amount))
        parameters.append(reference)
        parameters.append(LedgerKind.topUp.rawValue)
        parameters.append(true)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> PostingOutcome { try PostingOutcome(rows) }
}
