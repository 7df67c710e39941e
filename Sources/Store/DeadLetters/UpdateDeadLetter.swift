import Domain
import PostgresClient

/// Notes why a dead letter that was tried again stays one.
package struct UpdateDeadLetter: Statement {
    package static let sql = """
        UPDATE queue.webhook_dead AS d
        SET reason = $2, detail = $3, parser_version = $4, tries = $5, buried_at = now()
        WHERE d.webhook_id = $1
        """
    let burial: Burial

    /// Notes this.
    package init(_ burial: Burial) { self.burial = burial }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: burial.webhookID.rawValue)
        parameters.append(burial.reason)
        parameters.append(burial.detail)
        parameters.append(burial.parserVersion)
        parameters.append(burial.tries)
    }
}
