import PostgresClient

/// Changes what an account is set to. Its currency stays: the ledger is in it.
///
/// Locks: the account's row, as every posting to its ledger does.
package struct SetAccount: Statement {
    package static let sql = """
        UPDATE billing.account AS a
        SET kind = coalesce($2, a.kind),
            max_automatic_retries = CASE WHEN $3 THEN $4 ELSE a.max_automatic_retries END,
            max_resends = CASE WHEN $5 THEN $6 ELSE a.max_resends END,
            unclear_policy = CASE WHEN $7 THEN $8 ELSE a.unclear_policy END
        WHERE a.name = $1
        """
    let name: String
    let kind: AccountKind?
    let settings: AccountSettings

    /// Changes what is not nil.
    package init(name: String, kind: AccountKind?, settings: AccountSettings) {
        self.name = name
        self.kind = kind
        self.settings = settings
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(name)
        parameters.append(kind?.rawValue)
        parameters.append(settings.maxAutomaticRetries != nil)
        parameters.append(optional: settings.maxAutomaticRetries?.ownValue)
        parameters.append(settings.maxResends != nil)
        parameters.append(optional: settings.maxResends?.ownValue)
        parameters.append(settings.unclearPolicy != nil)
        parameters.append(settings.unclearPolicy?.ownValue?.rawValue)
    }

    /// Whether there is such an account.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
