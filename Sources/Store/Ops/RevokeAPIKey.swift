import PostgresClient

/// What became of revoking an API key.
package enum RevocationOutcome: Sendable, Equatable {
    /// It was good, and is not any more.
    case revoked(APIKeyRow)
    /// It was revoked before; the time of that stands.
    case revokedBefore(APIKeyRow)
    /// There is no such key.
    case unknownKey
}

/// Ends an API key's life.
package struct RevokeAPIKey: Statement {
    package static let sql = """
        WITH revoked AS (
            UPDATE ops.api_key AS k
            SET revoked_at = now()
            WHERE k.id = $1 AND k.revoked_at IS NULL
        )
        SELECT k.id, k.account, k.user_id, array_to_string(k.scopes, ' '), k.created_at, k.revoked_at
        FROM ops.api_key AS k  -- as it was before
        WHERE k.id = $1
        """
    let id: APIKeyID

    /// Revokes this one.
    package init(_ id: APIKeyID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    package func decode(_ rows: Rows) throws(PostgresError) -> RevocationOutcome {
        guard rows.count > 0 else { return .unknownKey }
        return try rows.single { row throws(PostgresError) in
            let key = try APIKeyRow(&row)
            return key.revokedAt == nil ? .revoked(key) : .revokedBefore(key)
        }
    }
}
