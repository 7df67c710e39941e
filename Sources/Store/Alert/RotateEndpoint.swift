import Domain
import PostgresClient

/// Gives an endpoint its next secret; those that are used are used beside it for a while. Locks: its row.
///
/// It rotates from the version that was read: done twice, or by two at once, it is still one rotation, so that no
/// secret that somebody was shown is skipped.
package struct RotateEndpoint: Statement {
    /// How long deliveries are signed with the secrets before, too, from the latest rotation.
    package static let overlap = Duration.seconds(86_400)
    /// The most secrets that deliveries are signed with at a time: an endpoint that has so many is not rotated, because
    /// each was promised its time.
    package static let secretsMax: Int32 = 4

    package static let sql = """
        UPDATE alert.endpoint AS e
        SET secret_version = $3 + 1,
            previous_valid_until = now() + $4,
            oldest_version = CASE WHEN e.secret_version > $3 THEN e.oldest_version
                                  WHEN e.previous_valid_until > now()
                                  THEN coalesce(e.oldest_version, greatest($3 - 1, 1))
                                  ELSE $3 END
        WHERE e.id = $2 AND e.secret_version IN ($3, $3 + 1) AND \(EndpointOwner.isOwn)
        RETURNING \(EndpointRecord.columns)
        """
    let id: EndpointID
    let account: String?
    let version: Int32

    /// Rotates this account's endpoint, from this version of its secret.
    package init(_ id: EndpointID, account: String?, from version: Int32) {
        self.id = id
        self.account = account
        self.version = version
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: id.rawValue)
        parameters.append(version)
        parameters.append(interval: Self.overlap)
    }

    /// The endpoint as it is now; nil where it is gone, or further.
    package func decode(_ rows: Rows) throws(PostgresError) -> EndpointRecord? {
        try rows.optionalSingle(EndpointRecord.init)
    }
}
