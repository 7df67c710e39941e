import Domain
import PostgresClient

/// Changes an endpoint; what is nil stays. Locks: its row.
package struct ChangeEndpoint: Statement {
    /// The statement. An endpoint that is enabled or gets another URL starts without failures; one that is disabled
    /// already keeps its reason.
    package static let sql = """
        UPDATE alert.endpoint AS e
        SET url = coalesce($3, e.url), kinds = coalesce($4::text[], e.kinds),
            failing_since = CASE WHEN $5 IS FALSE OR $3 <> e.url THEN NULL ELSE e.failing_since END,
            disabled_at = CASE WHEN $5 THEN coalesce(e.disabled_at, now()) WHEN NOT $5 THEN NULL
                               ELSE e.disabled_at END,
            disabled_reason = CASE WHEN $5 THEN coalesce(e.disabled_reason, 'user') WHEN NOT $5 THEN NULL
                                   ELSE e.disabled_reason END
        WHERE e.id = $2 AND \(EndpointOwner.isOwn)
        RETURNING \(EndpointRecord.columns)
        """
    let id: EndpointID
    let account: String?
    let url: String?
    let kinds: [AlertKind]?
    let isDisabled: Bool?

    /// Changes what is not nil of this account's endpoint.
    package init(_ id: EndpointID, account: String?, url: String?, kinds: [AlertKind]?, isDisabled: Bool?) {
        self.id = id
        self.account = account
        self.url = url
        self.kinds = kinds
        self.isDisabled = isDisabled
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: id.rawValue)
        parameters.append(url)
        if let kinds {
            parameters.append(texts: kinds.map(\.rawValue))
        } else {
            parameters.append(nullArrayOf: .text)
        }
        if let isDisabled { parameters.append(isDisabled) } else { parameters.append(null: .bool) }
    }

    /// The endpoint as it is now; nil where the account has none of this id.
    package func decode(_ rows: Rows) throws(PostgresError) -> EndpointRecord? {
        try rows.optionalSingle(EndpointRecord.init)
    }
}
