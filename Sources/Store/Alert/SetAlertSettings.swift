import PostgresClient

/// Sets what an account wants to be told; what is nil stays. Locks: the account's row of settings.
package struct SetAlertSettings: Statement {
    /// What ``digestCount`` may be.
    package static let digestCounts: ClosedRange<Int> = 1...1_000
    /// What ``digestSeconds`` may be.
    package static let digestSpans: ClosedRange<Int> = 1...86_400

    package static let sql = """
        INSERT INTO alert.settings AS s (account, failed_sms, low_balance, digest_count, digest_seconds)
        VALUES ($1, coalesce($2, true), coalesce($3, true), coalesce($4, 10), coalesce($5, 900))
        ON CONFLICT (account) DO UPDATE
        SET failed_sms = coalesce($2, s.failed_sms), low_balance = coalesce($3, s.low_balance),
            digest_count = coalesce($4, s.digest_count), digest_seconds = coalesce($5, s.digest_seconds),
            updated_at = now()
        """
    let account: String
    let failedSMS: Bool?
    let lowBalance: Bool?
    let digestCount: Int32?
    let digestSeconds: Int32?

    /// Sets what is not nil.
    package init(account: String, failedSMS: Bool?, lowBalance: Bool?, digestCount: Int32?, digestSeconds: Int32?) {
        self.account = account
        self.failedSMS = failedSMS
        self.lowBalance = lowBalance
        self.digestCount = digestCount
        self.digestSeconds = digestSeconds
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        for flag in [failedSMS, lowBalance] {
            if let flag { parameters.append(flag) } else { parameters.append(null: .bool) }
        }
        parameters.append(optional: digestCount)
        parameters.append(optional: digestSeconds)
    }
}
