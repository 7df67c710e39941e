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

/// Notes why a dead letter that was tried again stays one.
public struct UpdateDeadLetter: Statement {
    /// The statement.
    public static let sql = """
        UPDATE queue.webhook_dead AS d
        SET reason = $2, detail = $3, parser_version = $4, tries = $5, buried_at = now()
        WHERE d.webhook_id = $1
        """
    let burial: Burial

    /// Notes this.
    public init(_ burial: Burial) { self.burial = burial }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: burial.webhookID.rawValue)
        parameters.append(burial.reason)
        parameters.append(burial.detail)
        parameters.append(burial.parserVersion)
        parameters.append(burial.tries)
    }
}
