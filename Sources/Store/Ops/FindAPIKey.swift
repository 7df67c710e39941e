import PostgresClient

/// Who a key of the outbox API belongs to, and what it may do.
public struct APIKeyRecord: Sendable, Equatable {
    /// What people name it by.
    public var id: UInt128
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
    public init(id: UInt128, account: String, userID: String, maySend: Bool, mayRead: Bool, isAdmin: Bool) {
        self.id = id
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
        SELECT k.id, k.account, k.user_id, 'send' = ANY (k.scopes), 'read' = ANY (k.scopes), 'admin' = ANY (k.scopes)
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
            id: try row.uuid(0), account: try row.text(1), userID: try row.text(2), maySend: try row.bool(3),
            mayRead: try row.bool(4), isAdmin: try row.bool(5))
    }
}
