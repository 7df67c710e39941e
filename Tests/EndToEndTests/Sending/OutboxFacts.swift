import PostgresClient

/// What one entry of the outbox came to.
struct EntryFact: Sendable {
    var id: String
    var account: String
    var status: String
    var deliveryState: String
    var phone: String
    var totalCost: String
    /// What the ledger took for it, all steps together.
    var ledger: String
    var retryCount: Int
}

/// One attempt.
struct AttemptFact: Sendable {
    var id: String
    var entryID: String
    var number: Int
    var state: String
    var counts: Bool
    var deadlinePassed: Bool
}

/// Every entry.
struct ReadEntryFacts: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT e.id::text, e.account, e.status, e.delivery_state, e.recipient_phone_number, trim_scale(e.total_cost)::text,
               coalesce(trim_scale(-l.taken), 0)::text, e.retry_count
        FROM outbox.entry AS e
        LEFT JOIN (SELECT p.entry_id, sum(p.amount) AS taken FROM billing.ledger_entry AS p GROUP BY p.entry_id) AS l
            ON l.entry_id = e.id
        ORDER BY e.id
        """

    func decode(_ rows: Rows) throws(PostgresError) -> [EntryFact] {
        try rows.map { row throws(PostgresError) in
            EntryFact(
                id: try row.text(), account: try row.text(), status: try row.text(), deliveryState: try row.text(),
                phone: try row.text(), totalCost: try row.text(), ledger: try row.text(),
                retryCount: Int(try row.int32()))
        }
    }
}

/// Every attempt.
struct ReadAttemptFacts: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT a.id::text, a.entry_id::text, a.number, a.state, a.counts, a.unclear_deadline_passed_at IS NOT NULL
        FROM outbox.attempt AS a ORDER BY a.entry_id, a.cycle, a.number
        """

    func decode(_ rows: Rows) throws(PostgresError) -> [AttemptFact] {
        try rows.map { row throws(PostgresError) in
            AttemptFact(
                id: try row.text(), entryID: try row.text(), number: Int(try row.int32()), state: try row.text(),
                counts: try row.bool(), deadlinePassed: try row.bool())
        }
    }
}

/// How much is still to be done: pending entries, sends, look-ups, webhooks.
struct CountOpenWork: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT (SELECT count(*) FROM outbox.entry AS e WHERE e.status = 'pending')
             + (SELECT count(*) FROM queue.send) + (SELECT count(*) FROM queue.lookup)
             + (SELECT count(*) FROM queue.webhook)
        """

    func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}

/// What is still to be done, for the sentence of a failure.
struct ReadOpenWork: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT 'entry ' || e.status || ' ' || e.delivery_state || ' ' || count(*) FROM outbox.entry AS e
        WHERE e.status = 'pending' GROUP BY e.status, e.delivery_state
        UNION ALL
        SELECT 'send, leased ' || (q.lease_owner IS NOT NULL) || ', due in ' || min(q.due_at - now()) || ' ' || count(*)
        FROM queue.send AS q GROUP BY q.lease_owner IS NOT NULL
        UNION ALL
        SELECT 'look-up, due in ' || min(q.due_at - now()) || ' ' || count(*) FROM queue.lookup AS q HAVING count(*) > 0
        UNION ALL
        SELECT 'webhook ' || count(*) FROM queue.webhook AS q HAVING count(*) > 0
        """

    func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.map { row throws(PostgresError) in try row.text() }
    }
}

/// Entries that wait to be sent, or are being sent.
struct CountQueuedSends: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT count(*) FROM queue.send"

    func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}

/// What is wrong with the ledger, as sentences; none = exact.
struct ReadLedgerFaults: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        WITH led AS (
            SELECT l.account, l.seq, l.amount, l.balance_after, l.kind,
                   sum(l.amount) OVER w AS running, row_number() OVER w AS place
            FROM billing.ledger_entry AS l
            WINDOW w AS (PARTITION BY l.account ORDER BY l.seq)
        )
        SELECT 'balance ' || account || ' ' || seq FROM led WHERE balance_after <> running
        UNION ALL
        SELECT 'gap ' || account || ' ' || seq FROM led WHERE seq <> place
        UNION ALL
        SELECT 'overdrawn ' || led.account || ' ' || seq FROM led JOIN billing.account AS a ON a.name = led.account
        WHERE a.kind = 'prepaid' AND led.kind = 'charge' AND balance_after < 0
        UNION ALL
        SELECT 'cost ' || e.id FROM outbox.entry AS e
        WHERE e.total_cost <> -(SELECT coalesce(sum(l.amount), 0) FROM billing.ledger_entry AS l WHERE l.entry_id = e.id)
        """

    func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.map { row throws(PostgresError) in try row.text() }
    }
}
