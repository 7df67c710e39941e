import PostgresClient

/// How much of an account is due, and from when on.
package struct DueAccount: Sendable, Equatable {
    /// The account.
    package var account: String
    /// Due sends of high priority, counted up to the bound asked for.
    package var high: Int
    /// Due sends of normal priority, likewise.
    package var normal: Int
    /// Nothing of high priority was due before, in microseconds since 1970: when the first one was, but never later
    /// than ``ReadDueAccounts/lateness`` ago. `Int64.min` where it is not known.
    package var highFrom: Int64
    /// Nothing of normal priority was, likewise.
    package var normalFrom: Int64

    package init(account: String, high: Int, normal: Int, highFrom: Int64 = .min, normalFrom: Int64 = .min) {
        self.account = account
        self.high = high
        self.normal = normal
        self.highFrom = highFrom
        self.normalFrom = normalFrom
    }
}

/// Walks the accounts that have anything queued, in order after a given one, and counts what is due of each.
///
/// A loose scan of the index: one probe finds the next account however much each has queued, and two more count, each
/// up to a bound. They count in the index's order: else, where statistics know of one account only, they go through
/// everything that is queued by another index. While the provider is paused there are no accounts.
///
/// Entries of rows that died under a held snapshot stay in the index, those of an account before all that is due of it:
/// without more, each probe and each count passes all of them. Of accounts that are known already none is: they are
/// not looked for but taken as given, and counted from where nothing was due before; looked for are those between.
package struct ReadDueAccounts: Statement {
    /// How long after its due time a send may become visible and is still seen, whatever was known before. The API's
    /// due times are by the database's clock, within 0.2 s (``AcceptEntries``), and its transactions end within
    /// `POSTROOM_STORE_DEADLINE`, 2 s by default.
    package static let lateness = Duration.seconds(3)

    package static let access = StatementAccess.reads
    package static let sql = """
        WITH RECURSIVE visited (account, place, is_known, number) AS (
            SELECT $2, 0, false, 0
            WHERE coalesce((SELECT p.kind <> 'paused' FROM ops.provider_event AS p
                            WHERE p.provider = $1 ORDER BY p.seq DESC LIMIT 1), true)
            UNION ALL
            SELECT coalesce(other.account, known.account),
                   CASE WHEN other.account IS NULL THEN v.place + 1 ELSE v.place END,
                   other.account IS NULL, v.number + 1
            FROM visited AS v
            CROSS JOIN LATERAL (SELECT ($3::text[])[v.place + 1] AS account) AS known
            CROSS JOIN LATERAL (
                -- Two, as an upper bound that may be missing is none that the index knows.
                SELECT CASE WHEN known.account IS NULL THEN (
                           SELECT q.account
                           FROM queue.send AS q
                           WHERE q.provider = $1
                             AND q.account > v.account
                             AND q.lease_owner IS NULL
                           ORDER BY q.account
                           LIMIT 1
                       ) ELSE (
                           SELECT q.account
                           FROM queue.send AS q
                           WHERE q.provider = $1
                             AND q.account > v.account
                             AND q.account < known.account
                             AND q.lease_owner IS NULL
                           ORDER BY q.account
                           LIMIT 1
                       ) END AS account
                OFFSET 0  -- fence: once, not for each use of it
            ) AS other
            WHERE v.number < $6
              AND coalesce(other.account, known.account) IS NOT NULL
        )
        SELECT v.account, high.count, normal.count, high.due_from, normal.due_from
        FROM visited AS v
        CROSS JOIN LATERAL (
            SELECT count(*) AS count, least(min(one.due_at), now() - $8) AS due_from
            FROM (SELECT q.due_at FROM queue.send AS q
                  WHERE q.provider = $1 AND q.account = v.account AND q.priority = 0 AND q.lease_owner IS NULL
                    AND q.due_at >= CASE WHEN v.is_known THEN ($4::timestamptz[])[v.place] ELSE '-infinity' END
                    AND q.due_at <= now()
                  ORDER BY q.due_at, q.entry_id
                  LIMIT $7) AS one
        ) AS high
        CROSS JOIN LATERAL (
            SELECT count(*) AS count, least(min(one.due_at), now() - $8) AS due_from
            FROM (SELECT q.due_at FROM queue.send AS q
                  WHERE q.provider = $1 AND q.account = v.account AND q.priority = 1 AND q.lease_owner IS NULL
                    AND q.due_at >= CASE WHEN v.is_known THEN ($5::timestamptz[])[v.place] ELSE '-infinity' END
                    AND q.due_at <= now()
                  ORDER BY q.due_at, q.entry_id
                  LIMIT $7) AS one
        ) AS normal
        WHERE v.number > 0
        ORDER BY v.number
        """
    let provider: String
    let account: String
    let known: [DueAccount]
    let accountsMax: Int32
    let countMax: Int32

    /// Walks up to `accountsMax` accounts behind `account` (empty: from the first) and counts up to `countMax` of each.
    ///
    /// - Parameter known: accounts behind that one, in the order in which earlier looks have shown them. They are visited
    ///   also where nothing of theirs is queued, and counted from where they say; their own counts are not heeded.
    package init(
        provider: String, behind account: String, known: [DueAccount] = [], accountsMax: Int32, countMax: Int32
    ) {
        self.provider = provider
        self.account = account
        self.known = known
        self.accountsMax = accountsMax
        self.countMax = countMax
    }

    package func bind(_ parameters: inout Parameters) {
        var highFrom = ArrayParameter(.timestamptz)
        var normalFrom = ArrayParameter(.timestamptz)
        for one in known {
            highFrom.append(microseconds: one.highFrom)
            normalFrom.append(microseconds: one.normalFrom)
        }
        parameters.append(provider)
        parameters.append(account)
        parameters.append(texts: known.map(\.account))
        for array in [highFrom, normalFrom] { parameters.append(array) }
        parameters.append(accountsMax)
        parameters.append(Int64(countMax))
        parameters.append(interval: Self.lateness)
    }

    /// The accounts in order, including those with nothing due.
    package func decode(_ rows: Rows) throws(PostgresError) -> [DueAccount] {
        try rows.map { row throws(PostgresError) in
            DueAccount(
                account: try row.text(), high: Int(try row.int64(in: 0...Int64(countMax))),
                normal: Int(try row.int64(in: 0...Int64(countMax))),
                highFrom: try row.timestamptz(), normalFrom: try row.timestamptz())
        }
    }
}
