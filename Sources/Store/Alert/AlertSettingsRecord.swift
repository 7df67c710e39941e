import PostgresClient

/// What an account wants to be told, and its limits.
package struct AlertSettingsRecord: Sendable, Equatable {
    /// Whether failed messages are told.
    package var failedSMS: Bool
    /// Whether crossings of thresholds are told.
    package var lowBalance: Bool
    /// From this many events of a kind on, they are told as one.
    package var digestCount: Int32
    /// The window in which they are counted, in seconds.
    package var digestSeconds: Int32
    /// The thresholds in order, as a JSON array.
    package var thresholdsJSON: String
    /// Automatic retries in a cycle; nil = the processes' setting.
    package var maxAutomaticRetries: Int32?
    /// Resends of one entry; nil = the processes' setting.
    package var maxResends: Int32?
}

/// Reads what an account wants to be told. One that never said so has the defaults.
package struct ReadAlertSettings: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT coalesce(s.failed_sms, true), coalesce(s.low_balance, true), coalesce(s.digest_count, 10),
               coalesce(s.digest_seconds, 900),
               (SELECT '[' || coalesce(string_agg(trim_scale(t.amount)::text, ',' ORDER BY t.amount), '') || ']'
                FROM alert.balance_threshold AS t WHERE t.account = a.name),
               a.max_automatic_retries, a.max_resends
        FROM billing.account AS a
        LEFT JOIN alert.settings AS s ON s.account = a.name
        WHERE a.name = $1
        """
    let account: String

    /// Reads those of this account.
    package init(account: String) { self.account = account }

    package func bind(_ parameters: inout Parameters) { parameters.append(account) }

    /// The settings; nil where there is no such account.
    package func decode(_ rows: Rows) throws(PostgresError) -> AlertSettingsRecord? {
        try rows.optionalSingle { row throws(PostgresError) in
            AlertSettingsRecord(
                failedSMS: try row.bool(), lowBalance: try row.bool(), digestCount: try row.int32(),
                digestSeconds: try row.int32(), thresholdsJSON: try row.text(),
                maxAutomaticRetries: try row.optionalInt32(), maxResends: try row.optionalInt32())
        }
    }
}
