import PostgresClient

/// Lists the accounts and kinds that events wait for, in order.
///
/// Steps from group to group by the index, however many events each group holds.
package struct ListTellingGroups: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        WITH RECURSIVE one AS (
            (
                SELECT coalesce(v.account, '') AS account, v.kind
                FROM alert.event AS v
                WHERE (coalesce(v.account, ''), v.kind) > ($1, $2)
                ORDER BY coalesce(v.account, ''), v.kind LIMIT 1
            )
            UNION ALL
            SELECT next.account, next.kind
            FROM one
            CROSS JOIN LATERAL (
                SELECT coalesce(v.account, '') AS account, v.kind
                FROM alert.event AS v
                WHERE (coalesce(v.account, ''), v.kind) > (one.account, one.kind)
                ORDER BY coalesce(v.account, ''), v.kind LIMIT 1
            ) AS next
        )
        \(TellingGroup.selection)
        FROM (SELECT account, kind FROM one LIMIT $3) AS one
        \(TellingGroup.joins)
        ORDER BY one.account, one.kind
        """
    let account: String
    let kind: String
    let limit: Int32

    /// Lists up to `limit` after a group, or from the first where none is given.
    package init(after group: TellingGroup? = nil, limit: Int32) {
        account = group?.account ?? ""
        kind = group?.kind ?? ""
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(kind)
        parameters.append(Int64(limit))
    }

    /// The groups.
    package func decode(_ rows: Rows) throws(PostgresError) -> [TellingGroup] {
        try rows.map(TellingGroup.init)
    }
}
