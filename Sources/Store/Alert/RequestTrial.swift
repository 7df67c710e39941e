import Domain
import PostgresClient

/// Requests a notification that nobody need act on, to test the way to an owner's endpoints or to one of them.
package struct RequestTrial: Statement {
    package static let sql = """
        INSERT INTO alert.event (account, kind, subject, data)
        SELECT $1, 'alert.test', coalesce($2::uuid::text, $1, 'operators'),
               jsonb_strip_nulls(jsonb_build_object('message', 'This is a test.', 'endpointId', $2::uuid))
        WHERE $1 IS NULL OR EXISTS (SELECT FROM billing.account AS a WHERE a.name = $1)
        """
    let account: String?
    let endpoint: EndpointID?

    /// Tries all endpoints of an account, or of the operators where it is nil; or this one of theirs.
    package init(account: String?, endpoint: EndpointID? = nil) {
        self.account = account
        self.endpoint = endpoint
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: endpoint?.rawValue)
    }

    /// Whether there is such an account.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
