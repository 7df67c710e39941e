import Domain
import PostgresClient

/// Reads the attempts of entries, without their receipts.
public struct ReadAttempts: Statement {
    public static let access = StatementAccess.reads
    public static let sql = """
        SELECT a.entry_id, a.id, a.cycle, a.number, a.state, a.counts, a.provider_code, a.provider_answer,
               a.dispatched_at, a.settled_at, a.deadline_passed_at IS NOT NULL
        FROM outbox.attempt AS a
        WHERE a.entry_id = ANY ($1::uuid[])
        """
    let entryIDs: [EntryID]

    /// Reads those of these entries.
    public init(of entryIDs: [EntryID]) { self.entryIDs = entryIDs }

    public func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(entryIDs)) }

    public func decode(_ rows: Rows) throws(PostgresError) -> [(entryID: EntryID, attempt: AttemptEvidence)] {
        try rows.map { row throws(PostgresError) in
            guard let state = AttemptState(rawValue: try row.text(4)) else {
                throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "attempt state")
            }
            let attempt = AttemptEvidence(
                id: AttemptID(rawValue: try row.uuid(1)), cycle: try row.int32(2), number: try row.int32(3),
                state: state, counts: try row.bool(5), providerCode: try row.optionalText(6),
                providerAnswer: try row.optionalText(7),
                dispatchedAt: try row.optionalTimestamptz(8).map { Timestamp(microseconds: $0) },
                settledAt: try row.optionalTimestamptz(9).map { Timestamp(microseconds: $0) },
                deadlinePassed: try row.bool(10), receipts: [])
            return (EntryID(rawValue: try row.uuid(0)), attempt)
        }
    }
}

/// Reads the receipts of entries.
public struct ReadReceipts: Statement {
    public static let access = StatementAccess.reads
    public static let sql = """
        SELECT r.attempt_id, r.id, r.status, r.result, r.reported_time, r.received_at
        FROM outbox.receipt AS r
        WHERE r.entry_id = ANY ($1::uuid[])
        """
    let entryIDs: [EntryID]

    /// Reads those of these entries.
    public init(of entryIDs: [EntryID]) { self.entryIDs = entryIDs }

    public func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(entryIDs)) }

    public func decode(_ rows: Rows) throws(PostgresError) -> [(attemptID: AttemptID, receipt: ReceiptEvidence)] {
        try rows.map { row throws(PostgresError) in
            let receipt = ReceiptEvidence(
                key: ReceiptKey(rawValue: try row.uuid(1)), status: try row.text(2), result: try row.text(3),
                reportedTime: try row.text(4), receivedAt: Timestamp(microseconds: try row.timestamptz(5)))
            return (AttemptID(rawValue: try row.uuid(0)), receipt)
        }
    }
}
