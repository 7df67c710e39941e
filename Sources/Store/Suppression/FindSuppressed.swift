import Domain
import PostgresClient

/// Finds which of these pairs of account and number are suppressed: one probe of the index for each.
package struct FindSuppressed: Statement {
    package static let access = StatementAccess.reads
    package static let isPrepared = true
    package static let sql = """
        SELECT given.account, given.number
        FROM unnest($1::text[], $2::text[]) AS given (account, number)
        CROSS JOIN LATERAL (
            SELECT e.kind
            FROM outbox.suppression_event AS e
            WHERE e.account = given.account
              AND e.number = given.number
            ORDER BY e.received_at DESC, e.kind DESC
            LIMIT 1
        ) AS latest
        WHERE latest.kind = 'suppressed'
        """
    let pairs: [SuppressionPair]

    /// Looks for these.
    package init(_ pairs: some Sequence<SuppressionPair>) { self.pairs = Array(pairs) }

    package func bind(_ parameters: inout Parameters) {
        var account = ArrayParameter(.text)
        var number = ArrayParameter(.text)
        for pair in pairs {
            account.append(pair.account)
            number.append(pair.number)
        }
        parameters.append(account)
        parameters.append(number)
    }

    /// Those that are not to be sent to.
    package func decode(_ rows: Rows) throws(PostgresError) -> Set<SuppressionPair> {
        Set(
            try rows.map { row throws(PostgresError) in
                SuppressionPair(account: try row.text(), number: try row.text())
            })
    }
}
