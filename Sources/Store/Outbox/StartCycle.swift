import Domain
import PostgresClient

/// Starts the next cycle of an entry: its validity begins anew, it is queued and charged.
///
/// The transaction must hold the locks of the entry and of its account, and have read the last balance under the
/// latter.
package struct StartCycle: Statement {
    package static let sql = """
        WITH started AS (
            UPDATE outbox.entry AS e
            SET cycle = $2, expired_at = NULL, suppressed_at = NULL,
                owed_cycles = e.owed_cycles | (1::bigint << $2),
                valid_until = now() + make_interval(secs => e.valid_for_seconds)
            WHERE e.id = $1
            RETURNING e.id, e.account, e.provider, e.priority, e.cycle,
                coalesce(e.valid_until, now() + $6) AS give_up_at
        ), queued AS (
            INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle, fence)
            SELECT s.id, s.provider, s.account, CASE s.priority WHEN 'high' THEN 0 ELSE 1 END, now(), s.give_up_at,
                   s.cycle, \(LeaseSQL.firstFence)
            FROM started AS s
        )
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
        SELECT s.account, $3, 'charge', $4, $5, s.id, s.cycle, 0
        FROM started AS s
        """
    let id: EntryID
    let cycle: Int32
    let chargeSeq: Int64
    let amount: Numeric
    let balanceAfter: Numeric
    let waitMax: Duration

    /// Starts this cycle; `amount` is the change of the balance, so not above zero, and `waitMax` bounds the wait of an
    /// entry that has no validity.
    package init(
        _ id: EntryID, cycle: Int32, chargeSeq: Int64, amount: Numeric, balanceAfter: Numeric, waitMax: Duration
    ) {
        self.id = id
        self.cycle = cycle
        self.chargeSeq = chargeSeq
        self.amount = amount
        self.balanceAfter = balanceAfter
        self.waitMax = waitMax
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: id.rawValue)
        parameters.append(cycle)
        parameters.append(chargeSeq)
        parameters.append(amount)
        parameters.append(balanceAfter)
        parameters.append(interval: waitMax)
    }

    /// How many were charged: one.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
