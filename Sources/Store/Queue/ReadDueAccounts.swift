import PostgresClient

/// How much of an account is due.
public struct DueAccount: Sendable, Equatable {
    /// The account.
    public var account: String
    /// Due sends of high priority, counted up to the bound asked for.
    public var high: Int
    /// Due sends of normal priority, likewise.
    public var normal: Int

    /// Makes one.
    public init(account: String, high: Int, normal: Int) {
        self.account = account
        self.high = high
        self.normal = normal
    }
}

/// Walks the accounts that have anything queued, in order from behind a given one, and counts what of each is due.
///
/// A loose scan of the index: one probe finds the next account however much each has queued, and two more count, each
/// up to a bound. They count in the index's order: else, where statistics know of one account only, they go through
/// everything that is queued by another index. While the provider is paused there are no accounts.
public struct ReadDueAccounts: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        WITH RECURSIVE visited (account, number) AS (
            (
                SELECT q.account, 1
                FROM queue.send AS q
                WHERE q.provider = $1
                  AND q.account > $2
                  AND q.lease_owner IS NULL
                  AND coalesce((SELECT p.kind <> 'paused' FROM ops.provider_event AS p
                                WHERE p.provider = $1 ORDER BY p.seq DESC LIMIT 1), true)
                ORDER BY q.account
                LIMIT 1
            )
            UNION ALL
            SELECT following.account, v.number + 1
            FROM visited AS v
            CROSS JOIN LATERAL (
                SELECT q.account
                FROM queue.send AS q
                WHERE q.provider = $1
                  AND q.account > v.account
                  AND q.lease_owner IS NULL
                ORDER BY q.account
                LIMIT 1
            ) AS following
            WHERE v.number < $3
        )
        SELECT v.account, high.count, normal.count
        FROM visited AS v
        CROSS JOIN LATERAL (
            SELECT count(*)
            FROM (SELECT FROM queue.send AS q
                  WHERE q.provider = $1 AND q.account = v.account AND q.priority = 0 AND q.lease_owner IS NULL
                    AND q.due_at <= now()
                  ORDER BY q.due_at, q.entry_id
                  LIMIT $4) AS one
        ) AS high
        CROSS JOIN LATERAL (
            SELECT count(*)
            FROM (SELECT FROM queue.send AS q
                  WHERE q.provider = $1 AND q.account = v.account AND q.priority = 1 AND q.lease_owner IS NULL
                    AND q.due_at <= now()
                  ORDER BY q.due_at, q.entry_id
                  LIMIT $4) AS one
        ) AS normal
        ORDER BY v.account
        """
    let provider: String
    let account: String
    let accountsMax: Int32
    let countMax: Int32

    /// Walks up to `accountsMax` accounts behind `account` (empty: from the first) and counts up to `countMax` of each.
    public init(provider: String, behind account: String, accountsMax: Int32, countMax: Int32) {
        self.provider = provider
        self.account = account
        self.accountsMax = accountsMax
        self.countMax = countMax
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(account)
        parameters.append(accountsMax)
        parameters.append(Int64(countMax))
    }

    /// The accounts in order, also those of which nothing is due.
    public func decode(_ rows: Rows) throws(PostgresError) -> [DueAccount] {
        try rows.map { row throws(PostgresError) in
            DueAccount(account: try row.text(0), high: Int(try row.int64(1)), normal: Int(try row.int64(2)))
        }
    }
}
