import Domain
import PostgresClient

/// Where an account stands.
package struct AccountStanding: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// Whether a send that the balance cannot pay is refused.
    package var isPrepaid: Bool
    /// ISO 4217 code of its prices and its ledger.
    package var currency: String
    /// Resends of one entry; nil = the process's setting.
    package var maxResends: Int32?
    /// Number of the last ledger entry, 0 without any.
    package var lastSeq: Int64
    /// The balance after it.
    package var balance: Numeric
    /// Whether anybody ever opted out of its messages, or in: whether ``FindSuppressed`` is worth asking.
    package var hasSuppressions: Bool

    package init(
        name: String, isPrepaid: Bool, currency: String, maxResends: Int32? = nil, lastSeq: Int64 = 0,
        balance: Numeric = .zero, hasSuppressions: Bool = false
    ) {
        self.name = name
        self.isPrepaid = isPrepaid
        self.currency = currency
        self.maxResends = maxResends
        self.lastSeq = lastSeq
        self.balance = balance
        self.hasSuppressions = hasSuppressions
    }
}

/// Reads accounts with their last balance, and the time that the transaction goes by.
///
/// The result is definitive only after an earlier statement of the same transaction has locked them (``LockAccounts``).
package struct ReadAccounts: Statement {
    package static let access = StatementAccess.reads
    package static let isPrepared = true
    package static let sql = """
        SELECT a.name, a.kind = 'prepaid', a.currency, a.max_resends, coalesce(latest.seq, 0),
               coalesce(latest.balance_after, 0),
               coalesce((SELECT true FROM outbox.suppression_event AS s WHERE s.account = a.name LIMIT 1), false), now()
        FROM billing.account AS a
        LEFT JOIN LATERAL (
            SELECT l.seq, l.balance_after
            FROM billing.ledger_entry AS l
            WHERE l.account = a.name
            ORDER BY l.seq DESC LIMIT 1
        ) AS latest ON true
        WHERE a.name = ANY ($1::text[])
        """
    let names: [String]

    /// Reads these; unknown names are left out.
    package init(_ names: some Sequence<String>) { self.names = Array(names) }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(texts: names)
    }

    /// The accounts, and when the transaction began; nil where there is no account.
    package func decode(_ rows: Rows) throws(PostgresError) -> (accounts: [AccountStanding], now: Timestamp?) {
        var now: Timestamp?
        let accounts = try rows.map { row throws(PostgresError) in
            let account = AccountStanding(
                name: try row.text(), isPrepaid: try row.bool(), currency: try row.text(),
                maxResends: try row.optionalInt32(), lastSeq: try row.int64(), balance: try row.numeric(),
                hasSuppressions: try row.bool())
            now = Timestamp(microseconds: try row.timestamptz())
            return account
        }
        return (accounts, now)
    }
}
