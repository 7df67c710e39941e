import PostgresClient

/// Lists API keys by account and time of making: never the keys, nor their hashes.
package struct ListAPIKeys: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT k.id, k.account, k.user_id, array_to_string(k.scopes, ' '), k.created_at, k.revoked_at
        FROM ops.api_key AS k
        WHERE $1::text IS NULL OR k.account = $1
        ORDER BY k.account, k.id
        LIMIT $2
        """
    let account: String?
    let limit: Int32

    /// Lists up to `limit` of an account, or of all.
    package init(account: String?, limit: Int32) {
        self.account = account
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(limit)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [APIKeyRow] {
        try rows.map(APIKeyRow.init)
    }
}
