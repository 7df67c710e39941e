import Domain
import PostgresClient

/// An endpoint as its owner sees it.
package struct EndpointRecord: Sendable, Equatable {
    /// Its id.
    package var id: EndpointID
    /// Where notifications are posted to.
    package var url: String
    /// The kinds it gets, as a JSON array; empty = all.
    package var kindsJSON: String
    /// Version of its secret.
    package var secretVersion: Int32
    /// Until when the secrets before are used, too.
    package var previousValidUntil: Timestamp?
    /// First of the failures since the last success.
    package var failingSince: Timestamp?
    /// When it was disabled.
    package var disabledAt: Timestamp?
    /// Why.
    package var disabledReason: String?
    /// When it was made.
    package var createdAt: Timestamp
    /// Version of the oldest of the secrets that are used.
    package var oldestVersion: Int32

    /// Whether there is room for one secret more among those that are used.
    package var canRotate: Bool { secretVersion - oldestVersion + 1 < RotateEndpoint.secretsMax }

    /// The columns of `alert.endpoint AS e`, in the order in which they are read.
    static let columns = """
        e.id, e.url, to_jsonb(e.kinds)::text, e.secret_version,
        CASE WHEN e.previous_valid_until > now() THEN e.previous_valid_until END, e.failing_since, e.disabled_at,
        e.disabled_reason, e.created_at, \(oldestVersion)
        """

    /// The oldest version that deliveries of `alert.endpoint AS e` are signed with now. Executables from before migration 34
    /// rotate without setting it: then it is that of the version before, or of an earlier rotation.
    static let oldestVersion = """
        CASE WHEN e.previous_valid_until > now()
             THEN greatest(coalesce(e.oldest_version, e.secret_version - 1), e.secret_version - \(RotateEndpoint.secretsMax - 1), 1)
             ELSE e.secret_version END
        """

    init(_ row: inout Row) throws(PostgresError) {
        id = EndpointID(rawValue: try row.uuid())
        url = try row.text()
        kindsJSON = try row.text()
        secretVersion = try row.int32()
        previousValidUntil = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
        failingSince = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
        disabledAt = try row.optionalTimestamptz().map { Timestamp(microseconds: $0) }
        disabledReason = try row.optionalText()
        createdAt = Timestamp(microseconds: try row.timestamptz())
        oldestVersion = try row.int32()
    }
}

/// Whose an endpoint is: that of `account`, or the operators' where that is nil.
enum EndpointOwner {
    /// The condition on `alert.endpoint AS e`, by the name in `$1`.
    static let isOwn = "e.deleted_at IS NULL AND (e.account = $1 OR $1 IS NULL AND e.account IS NULL)"
}
