import Domain
import PostgresClient

/// A waiting webhook that this transaction has locked.
public struct ClaimedWebhook: Sendable, Equatable {
    /// Its place in the queue, in the database's order.
    public var seq: Int64
    /// The raw webhook.
    public var webhookID: WebhookID
    /// Which feed it came by.
    public var source: WebhookSource
    /// How many processes died while they parsed it.
    public var deaths: Int16
    /// Where its locked row lies.
    public var tid: TID

    init(_ row: Row) throws(PostgresError) {
        seq = try row.int64(0)
        webhookID = WebhookID(rawValue: try row.uuid(1))
        source = WebhookSource(rawValue: try row.text(2))
        deaths = try row.int16(3)
        tid = try row.tid(4)
    }
}

extension ArrayParameter {
    /// Sequence numbers as a bigint array.
    init(seqs: some Sequence<Int64>) {
        self.init(.int8)
        for seq in seqs { append(seq) }
    }
}

/// Claims waiting webhooks in the order the database queued them; those locked by others are skipped, never waited for.
///
/// `floor` keeps the scan off the dead rows that a held snapshot keeps in the index: measured in `prototype.md`, a scan
/// from the start falls to a tenth of its speed within a million of them. Locks: each returned row, until the end of
/// the transaction.
public struct ClaimWebhooks: Statement {
    /// The statement.
    public static let sql = """
        SELECT q.seq, q.webhook_id, q.source, q.deaths, q.ctid
        FROM queue.webhook AS q
        WHERE q.seq > $1
          AND q.deaths = 0
          AND q.source = ANY ($2::text[])
          AND q.seq <> ALL ($4::bigint[])
        ORDER BY q.seq
        LIMIT $3
        FOR UPDATE SKIP LOCKED
        """
    let floor: Int64
    let sources: [WebhookSource]
    let limit: Int32
    let passedOver: [Int64]

    /// Claims up to `limit` webhooks of these sources behind the floor, but none of `passedOver`.
    public init(above floor: Int64, sources: [WebhookSource], limit: Int32, passingOver passedOver: [Int64] = []) {
        self.floor = floor
        self.sources = sources
        self.limit = limit
        self.passedOver = passedOver
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(floor)
        parameters.append(texts: sources.map(\.rawValue))
        parameters.append(limit)
        parameters.append(ArrayParameter(seqs: passedOver))
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [ClaimedWebhook] {
        try rows.map { row throws(PostgresError) in try ClaimedWebhook(row) }
    }
}

/// Claims these waiting webhooks again, after the batch they were in was rolled back; skips what others hold by now.
public struct ClaimWebhooksAgain: Statement {
    /// The statement.
    public static let sql = """
        SELECT q.seq, q.webhook_id, q.source, q.deaths, q.ctid
        FROM queue.webhook AS q
        WHERE q.seq = ANY ($1::bigint[])
          AND q.deaths = 0
        ORDER BY q.seq
        FOR UPDATE SKIP LOCKED
        """
    let seqs: [Int64]

    /// Claims these.
    public init(_ seqs: [Int64]) { self.seqs = seqs }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(seqs: seqs)) }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> [ClaimedWebhook] {
        try rows.map { row throws(PostgresError) in try ClaimedWebhook(row) }
    }
}

/// Claims one suspect: a webhook during whose parsing a process died. It is tried alone.
public struct ClaimSuspect: Statement {
    /// The statement.
    public static let sql = """
        SELECT q.seq, q.webhook_id, q.source, q.deaths, q.ctid
        FROM queue.webhook AS q
        WHERE q.deaths > 0
          AND q.seq > $1
          AND q.source = ANY ($2::text[])
        ORDER BY q.seq
        LIMIT 1
        FOR UPDATE SKIP LOCKED
        """
    let floor: Int64
    let sources: [WebhookSource]

    /// Claims the first of these sources behind the floor.
    public init(above floor: Int64, sources: [WebhookSource]) {
        self.floor = floor
        self.sources = sources
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(floor)
        parameters.append(texts: sources.map(\.rawValue))
    }

    /// What the rows become.
    public func decode(_ rows: Rows) throws(PostgresError) -> ClaimedWebhook? {
        rows.count == 0 ? nil : try ClaimedWebhook(rows[0])
    }
}
