import PostgresClient

/// Who a key of the outbox API belongs to, and what it may do.
package struct APIKeyRecord: Sendable, Equatable {
    /// billing.account.name.
    package var account: String
    /// The user its sends count for.
    package var userID: String
    /// May send, resend and cancel.
    package var maySend: Bool
    /// May list and get.
    package var mayRead: Bool
    /// May act for other users, and top up.
    package var isAdmin: Bool

    package init(account: String, userID: String, maySend: Bool, mayRead: Bool, isAdmin: Bool) {
        self.account = account
        self.userID = userID
        self.maySend = maySend
        self.mayRead = mayRead
        self.isAdmin = isAdmin
    }
}

/// Finds good keys by the SHA-256 of their texts.
package struct FindAPIKeys: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT k.hash, k.account, k.user_id, 'send' = ANY (k.scopes), 'read' = ANY (k.scopes),
               'admin' = ANY (k.scopes)
        FROM ops.api_key AS k
        WHERE k.hash = ANY ($1::bytea[])
          AND k.revoked_at IS NULL
        """
    let hashes: [[UInt8]]

    /// Finds these.
    package init(_ hashes: [[UInt8]]) { self.hashes = hashes }

    package func bind(_ parameters: inout Parameters) {
        var array = ArrayParameter(.bytea)
        for hash in hashes { array.append(bytes: hash) }
        parameters.append(array)
    }

    /// The keys by their hashes; keys that do not exist or were revoked are left out.
    package func decode(_ rows: Rows) throws(PostgresError) -> [[UInt8]: APIKeyRecord] {
        var found: [[UInt8]: APIKeyRecord] = [:]
        try rows.forEach { row throws(PostgresError) in
            found[try row.bytes()] = APIKeyRecord(
                account: try row.text(), userID: try row.text(), maySend: try row.bool(), mayRead: try row.bool(),
                isAdmin: try row.bool())
        }
        return found
    }
}
