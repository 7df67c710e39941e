import PostgresClient

/// Lists API keys by account and time of making: never the keys, nor their hashes.
public struct ListAPIKeys: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT k.id, k.account, k.user_id, array_to_string(k.scopes, ' '), k.created_at, k.revoked_at
        FROM ops.api_key AS k
        WHERE $1::text IS NULL OR k.account = $1
        ORDER BY k.account, k.id
        LIMIT $2
        """
    let account: String?
    let limit: Int32

    /// Lists up to `limit` of an account, or of all.
    public init(account: String?, limit: Int32) {
        self.account = account
        self.limit = limit
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(limit)
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [APIKeyRow] {
        try rows.map { row throws(PostgresError) in try APIKeyRow(row) }
    }
}
