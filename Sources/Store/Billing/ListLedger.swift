import PostgresClient

/// Lists the last changes of an account's balance, the latest first.
package struct ListLedger: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT l.seq, l.kind, l.amount, l.balance_after, l.entry_id, l.cycle, l.reference, l.created_at
        FROM billing.ledger_entry AS l
        WHERE l.account = $1
        ORDER BY l.seq DESC
        LIMIT $2
        """
    let account: String
    let limit: Int32

    /// Lists up to `limit` of them.
    package init(account: String, limit: Int32) {
        self.account = account
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(limit)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> [LedgerRow] {
        try rows.map(LedgerRow.init)
    }
}
