import Domain
import PostgresClient

/// Makes an endpoint, unless its owner has the most there may be. Repeated with the same id it makes only one.
///
/// Exact only where the transaction holds the account's lock.
package struct AddEndpoint: Statement {
    /// Endpoints of one owner at most.
    package static let countMax: Int32 = 10

    package static let sql = """
        WITH made AS (
            INSERT INTO alert.endpoint (id, account, url, kinds)
            SELECT $2, $1, $3, $4::text[]
            WHERE (SELECT count(*) FROM alert.endpoint AS e WHERE \(EndpointOwner.isOwn)) < $5
            ON CONFLICT (id) DO NOTHING
            RETURNING id
        )
        SELECT EXISTS (SELECT FROM made) OR EXISTS (SELECT FROM alert.endpoint AS e WHERE e.id = $2)
        """
    let id: EndpointID
    let account: String?
    let url: String
    let kinds: [AlertKind]

    /// Makes it for an account; for the operators where that is nil.
    package init(_ id: EndpointID, account: String?, url: String, kinds: [AlertKind]) {
        self.id = id
        self.account = account
        self.url = url
        self.kinds = kinds
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: id.rawValue)
        parameters.append(url)
        parameters.append(texts: kinds.map(\.rawValue))
        parameters.append(Int64(Self.countMax))
    }

    /// Whether it is there now.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
