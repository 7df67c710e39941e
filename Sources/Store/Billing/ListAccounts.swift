import PostgresClient

/// Lists accounts with their balances, by name.
package struct ListAccounts: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT a.name, a.kind, a.currency, a.max_automatic_retries, a.max_resends, a.unclear_policy, a.created_at,
               coalesce(latest.balance_after, 0), latest.created_at
        FROM billing.account AS a
        LEFT JOIN LATERAL (
            SELECT l.balance_after, l.created_at FROM billing.ledger_entry AS l
            WHERE l.account = a.name
            ORDER BY l.seq DESC LIMIT 1
        ) AS latest ON true
        WHERE $1::text IS NULL OR a.name = $1
        ORDER BY a.name
        LIMIT $2
        """
    let name: String?
    let limit: Int32

    /// Lists up to `limit` of them, or the one of this name.
    package init(name: String? = nil, limit: Int32) {
        self.name = name
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(name)
        parameters.append(limit)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [AccountRow] {
        try rows.map(AccountRow.init)
    }
}
