import PostgresClient

/// Lists the numbers that have opted out of an account's messages, in order, with the event that says so.
package struct ListSuppressed: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT \(SuppressionRow.columns)
        FROM (
            SELECT DISTINCT ON (e.number) \(SuppressionRow.columns)
            FROM outbox.suppression_event AS e
            WHERE e.account = $1
              AND e.number > $2
              AND ($3::text IS NULL OR e.number = $3)
            ORDER BY e.number, e.received_at DESC, e.kind DESC
        ) AS e
        WHERE e.kind = 'suppressed'
        ORDER BY e.number
        LIMIT $4
        """
    let account: String
    let after: String
    let number: String?
    let limit: Int32

    /// Lists up to `limit` after a number (empty: from the first), or only the given one.
    package init(account: String, after: String = "", number: String? = nil, limit: Int32) {
        self.account = account
        self.after = after
        self.number = number
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(after)
        parameters.append(number)
        parameters.append(limit)
    }

    /// The page.
    package func decode(_ rows: Rows) throws(PostgresError) -> [SuppressionRow] {
        try rows.map(SuppressionRow.init)
    }
}
