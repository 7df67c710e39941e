import Domain
import PostgresClient

/// Sets the thresholds of an account's balance, and tells at once of new ones that the balance is below already,
/// because it will not fall below them.
///
/// The transaction holds the account's lock, taken by an earlier statement, so that no crossing is missed or told
/// twice.
package struct SetBalanceThresholds: Statement {
    /// Thresholds of an account at most.
    package static let countMax = 20

    package static let sql = """
        WITH gone AS (
            DELETE FROM alert.balance_threshold AS t WHERE t.account = $1 AND t.amount <> ALL ($2::numeric[])
        ), new AS (
            INSERT INTO alert.balance_threshold (account, amount)
            SELECT $1, g.amount FROM unnest($2::numeric[]) AS g (amount)
            ON CONFLICT (account, amount) DO NOTHING
            RETURNING amount
        ), standing AS (
            SELECT a.currency, coalesce(l.seq, 0) AS seq, coalesce(l.balance_after, 0) AS balance
            FROM billing.account AS a
            LEFT JOIN LATERAL (
                SELECT e.seq, e.balance_after FROM billing.ledger_entry AS e
                WHERE e.account = a.name ORDER BY e.seq DESC LIMIT 1
            ) AS l ON true
            WHERE a.name = $1
        )
        INSERT INTO alert.event (account, kind, subject, data)
        SELECT $1, 'balance.low', n.amount::text,
               jsonb_build_object('threshold', n.amount, 'balance', s.balance, 'currency', s.currency, 'seq', s.seq)
        FROM new AS n
        JOIN standing AS s ON s.balance < n.amount
        WHERE NOT EXISTS (SELECT FROM alert.settings AS o WHERE o.account = $1 AND NOT o.low_balance)
        ORDER BY n.amount DESC
        """
    let account: String
    let amounts: [Amount]

    /// Sets these, which are distinct.
    package init(account: String, amounts: [Amount]) {
        self.account = account
        self.amounts = amounts
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        var array = ArrayParameter(.numeric)
        for amount in amounts { array.append(Numeric(amount)) }
        parameters.append(array)
    }
}
