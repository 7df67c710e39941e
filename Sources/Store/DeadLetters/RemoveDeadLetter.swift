import Domain
import PostgresClient

/// Removes a dead letter that the transaction has locked.
package struct RemoveDeadLetter: Statement {
    package static let sql = "DELETE FROM queue.webhook_dead AS d WHERE d.webhook_id = $1"
    let id: WebhookID

    /// Removes this one.
    package init(_ id: WebhookID) { self.id = id }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// - Throws: where it was not there: the counts would lie.
    package func decode(_ rows: Rows) throws(PostgresError) {
        guard rows.affectedCount == 1 else {
            throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "no such dead letter")
        }
    }
}
