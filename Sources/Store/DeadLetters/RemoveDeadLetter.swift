import Domain
import PostgresClient

/// Removes a dead letter that the transaction has locked.
public struct RemoveDeadLetter: Statement {
    /// The statement.
    public static let sql = "DELETE FROM queue.webhook_dead AS d WHERE d.webhook_id = $1"
    let id: WebhookID

    /// Removes this one.
    public init(_ id: WebhookID) { self.id = id }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }

    /// - Throws: where it was not there: the counts would lie.
    public func decode(_ rows: Rows) throws(PostgresError) {
        guard rows.affectedCount == 1 else {
            throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "no such dead letter")
        }
    }
}
