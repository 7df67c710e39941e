import Domain
import PostgresClient

/// A refund or its reversal that is to be posted.
package struct LedgerPosting: Sendable, Equatable {
    /// The entry it is about.
    package var entryID: EntryID
    /// The cycle of the entry.
    package var cycle: Int32
    /// ``LedgerKind/refund`` or ``LedgerKind/refundReversal``.
    package var kind: LedgerKind

    package init(entryID: EntryID, cycle: Int32, kind: LedgerKind) {
        self.entryID = entryID
        self.cycle = cycle
        self.kind = kind
    }
}

/// Posts refunds and their reversals, each with the balance after it, in the order given.
///
/// The transaction must hold the locks of their accounts (``LockAccounts``), taken by an earlier statement, so that
/// this one sees their last balances. A cycle without a charge has no steps either, because it was not accepted through
/// the API. Constraints ensure that steps alternate and that none is posted twice.
package struct PostLedgerSteps: Statement {
    package static let sql = """
        WITH step AS (
            SELECT given.ordinal, e.account, given.entry_id, given.cycle, given.kind,
                   CASE given.kind WHEN 'refund' THEN 1 ELSE -1 END * e.cost_per_unit * e.sms_units_used AS amount,
                   (SELECT count(*)::integer FROM billing.ledger_entry AS l
                    WHERE l.entry_id = given.entry_id AND l.cycle = given.cycle) AS step
            FROM unnest($1::uuid[], $2::integer[], $3::text[]) WITH ORDINALITY
                AS given (entry_id, cycle, kind, ordinal)
            JOIN outbox.entry AS e ON e.id = given.entry_id
        ), last AS (
            SELECT paying.account, coalesce(latest.seq, 0) AS seq, coalesce(latest.balance_after, 0) AS balance
            FROM (SELECT DISTINCT s.account FROM step AS s WHERE s.step > 0) AS paying
            LEFT JOIN LATERAL (
                SELECT l.seq, l.balance_after FROM billing.ledger_entry AS l
                WHERE l.account = paying.account
                ORDER BY l.seq DESC LIMIT 1
            ) AS latest ON true
        )
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
        SELECT s.account, last.seq + row_number() OVER in_order, s.kind, s.amount,
               last.balance + sum(s.amount) OVER in_order, s.entry_id, s.cycle, s.step
        FROM step AS s
        JOIN last ON last.account = s.account
        WHERE s.step > 0
        WINDOW in_order AS (PARTITION BY s.account ORDER BY s.ordinal)
        """
    let postings: [LedgerPosting]

    /// Posts these: each cycle of an entry once.
    package init(_ postings: [LedgerPosting]) { self.postings = postings }

    package func bind(_ parameters: inout Parameters) {
        var entryID = ArrayParameter(.uuid)
        var cycle = ArrayParameter(.int4)
        var kind = ArrayParameter(.text)
        for posting in postings {
            entryID.append(uuid: posting.entryID.rawValue)
            cycle.append(posting.cycle)
            kind.append(posting.kind.rawValue)
        }
        for array in [entryID, cycle, kind] { parameters.append(array) }
    }
}
