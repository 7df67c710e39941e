import PostgresClient

/// Makes an account, unless there is one of that name.
package struct CreateAccount: Statement {
    package static let sql = """
        INSERT INTO billing.account
            (name, kind, currency, max_automatic_retries, max_resends, unclear_policy)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (name) DO NOTHING
        """
    let name: String
    let kind: AccountKind
    let currency: String
    let settings: AccountSettings

    /// Makes it; what `settings` does not name follows the processes' settings.
    package init(name: String, kind: AccountKind, currency: String, settings: AccountSettings) {
        self.name = name
        self.kind = kind
        self.currency = currency
        self.settings = settings
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(name)
        parameters.append(kind.rawValue)
        parameters.append(currency)
        parameters.append(optional: settings.maxAutomaticRetries?.ownValue)
        parameters.append(optional: settings.maxResends?.ownValue)
        parameters.append(settings.unclearPolicy?.ownValue?.rawValue)
    }

    /// Whether it was made.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
