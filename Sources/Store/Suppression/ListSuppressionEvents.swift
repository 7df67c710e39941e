import Domain
import PostgresClient

/// Lists what is on record for an account and a number, the latest first, which is the one that holds.
package struct ListSuppressionEvents: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT \(SuppressionRow.columns)
        FROM outbox.suppression_event AS e
        WHERE e.account = $1
          AND e.number = $2
        ORDER BY e.received_at DESC, e.kind DESC
        LIMIT $3
        """
    let pair: SuppressionPair
    let limit: Int32

    /// Lists up to `limit`.
    package init(_ pair: SuppressionPair, limit: Int32) {
        self.pair = pair
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(pair.account)
        parameters.append(pair.number)
        parameters.append(limit)
    }

    /// The rows.
    package func decode(_ rows: Rows) throws(PostgresError) -> [SuppressionRow] {
        try rows.map(SuppressionRow.init)
    }
}
