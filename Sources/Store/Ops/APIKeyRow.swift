import Domain
import PostgresClient

/// Marks ids of API keys; has no values.
package enum APIKeyKind {}
/// What people name an API key by; no secret.
package typealias APIKeyID = Identifier<APIKeyKind>

/// What an API key allows.
package enum APIKeyScope: String, Sendable, CaseIterable {
    /// To send, resend and cancel.
    case send
    /// To look at what became of it.
    case read
    /// To act for every user of the account.
    case admin
}

/// An API key as it is known here: without the key.
package struct APIKeyRow: Sendable, Equatable {
    /// Its id.
    package var id: APIKeyID
    /// The account it belongs to.
    package var account: String
    /// The user its sends count for.
    package var user: String
    /// What it allows, as stored.
    package var scopes: String
    /// When it was made.
    package var createdAt: Timestamp
    /// When it was revoked; nil while it is good.
    package var revokedAt: Timestamp?

    /// Reads id, account, user_id, scopes as text, created_at, revoked_at.
    init(_ row: inout Row) throws(PostgresError) {
        id = APIKeyID(rawValue: try row.uuid())
        account = try row.text()
        user = try row.text()
        scopes = try row.text()
        createdAt = Timestamp(microseconds: try row.timestamptz())
        revokedAt = try row.optionalTimestamptz().map(Timestamp.init(microseconds:))
    }
}
