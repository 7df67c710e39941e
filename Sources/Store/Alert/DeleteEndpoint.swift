import Domain
import PostgresClient

/// Deletes an endpoint. What is still queued for it is given up by the worker that would deliver it. Locks: its row.
package struct DeleteEndpoint: Statement {
    package static let sql =
        "UPDATE alert.endpoint AS e SET deleted_at = now() WHERE e.id = $2 AND \(EndpointOwner.isOwn)"
    let id: EndpointID
    let account: String?

    /// Deletes this account's endpoint; the operators' where that is nil.
    package init(_ id: EndpointID, account: String?) {
        self.id = id
        self.account = account
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: id.rawValue)
    }

    /// Whether there was one.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
