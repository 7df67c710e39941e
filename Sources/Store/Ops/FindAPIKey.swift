import PostgresClient

/// Who a key of the outbox API belongs to, and what it may do.
public struct APIKeyRecord: Sendable, Equatable {
    /// billing.account.name.
    public var account: String
    /// The user its sends count for.
    public var userID: String
    /// May send, resend and cancel.
    public var maySend: Bool
    /// May list and get.
    public var mayRead: Bool
    /// May act for other users, and top up.
    public var isAdmin: Bool

    /// Makes one.
    public init(account: String, userID: String, maySend: Bool, mayRead: Bool, isAdmin: Bool) {
        self.account = account
        self.userID = userID
        self.maySend = maySend
        self.mayRead = mayRead
        self.isAdmin = isAdmin
    }
}

/// Finds a key that is good by the SHA-256 of its text.
public struct FindAPIKey: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT k.account, k.user_id, 'send' = ANY (k.scopes), 'read' = ANY (k.scopes), 'admin' = ANY (k.scopes)
        FROM ops.api_key AS k
        WHERE k.hash = $1
          AND k.revoked_at IS NULL
        """
    let hash: [UInt8]

    /// Finds this one.
    public init(hash: [UInt8]) { self.hash = hash }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(bytes: hash) }

    /// The key; nil where there is none, or it was revoked.
    public func decode(_ rows: Rows) throws(PostgresError) -> APIKeyRecord? {
        guard rows.count > 0 else { return nil }
        let row = rows[0]
        return APIKeyRecord(
            account: try row.text(0), userID: try row.text(1), maySend: try row.bool(2), mayRead: try row.bool(3),
            isAdmin: try row.bool(4))
    }
}
