import PostgresClient

/// Stores the hash of an API key, where its account exists.
package struct CreateAPIKey: Statement {
    package static let sql = """
        INSERT INTO ops.api_key (id, hash, account, user_id, scopes)
        SELECT $1, $2, a.name, $4, $5
        FROM billing.account AS a
        WHERE a.name = $3
        """
    let id: APIKeyID
    let hash: [UInt8]
    let account: String
    let user: String
    let scopes: [APIKeyScope]

    /// Stores it; `hash` is the SHA-256 of the key's text.
    package init(id: APIKeyID, hash: [UInt8], account: String, user: String, scopes: [APIKeyScope]) {
        self.id = id
        self.hash = hash
        self.account = account
        self.user = user
        self.scopes = scopes
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: id.rawValue)
        parameters.append(bytes: hash)
        parameters.append(account)
        parameters.append(user)
        parameters.append(texts: scopes.map(\.rawValue))
    }

    /// Whether there is such an account.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
