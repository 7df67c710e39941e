import Domain
import PostgresClient

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
