import Domain
import PostgresClient

/// Deletes an endpoint. What is still queued for it is given up by the worker that would deliver it. Locks: its row.
public struct DeleteEndpoint: Statement {
    /// The statement.
    public static let sql =
        "UPDATE alert.endpoint AS e SET deleted_at = now() WHERE e.id = $2 AND \(EndpointOwner.isOwn)"
    let id: EndpointID
    let account: String?

    /// Deletes this account's endpoint; the operators' where that is nil.
    public init(_ id: EndpointID, account: String?) {
        self.id = id
        self.account = account
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: id.rawValue)
    }

    /// Whether there was one.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
