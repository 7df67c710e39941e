import PostgresClient

/// Makes an account, unless there is one of that name.
public struct CreateAccount: Statement {
    /// The statement.
    public static let sql = """
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
    public init(name: String, kind: AccountKind, currency: String, settings: AccountSettings) {
        self.name = name
        self.kind = kind
        self.currency = currency
        self.settings = settings
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(name)
        parameters.append(kind.rawValue)
        parameters.append(currency)
        parameters.append(optional: settings.maxAutomaticRetries?.ownValue)
        parameters.append(optional: settings.maxResends?.ownValue)
        parameters.append(settings.unclearPolicy?.ownValue?.rawValue)
    }

    /// Whether it was made.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount == 1 }
}
