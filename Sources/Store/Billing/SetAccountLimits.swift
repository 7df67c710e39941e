import PostgresClient

/// Changes how often an account's messages are tried again. Locks: the account's row.
///
/// Separate from ``SetAccount``, because the API's role may write these two columns and no others.
package struct SetAccountLimits: Statement {
    package static let sql = """
        UPDATE billing.account AS a
        SET max_automatic_retries = CASE WHEN $2 THEN $3 ELSE a.max_automatic_retries END,
            max_resends = CASE WHEN $4 THEN $5 ELSE a.max_resends END
        WHERE a.name = $1
        """
    let name: String
    let maxAutomaticRetries: OwnOrDefault<Int32>?
    let maxResends: OwnOrDefault<Int32>?

    /// Changes what is not nil.
    package init(name: String, maxAutomaticRetries: OwnOrDefault<Int32>?, maxResends: OwnOrDefault<Int32>?) {
        self.name = name
        self.maxAutomaticRetries = maxAutomaticRetries
        self.maxResends = maxResends
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(name)
        parameters.append(maxAutomaticRetries != nil)
        parameters.append(optional: maxAutomaticRetries?.ownValue)
        parameters.append(maxResends != nil)
        parameters.append(optional: maxResends?.ownValue)
    }
}
