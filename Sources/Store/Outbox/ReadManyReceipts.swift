import Domain
import PostgresClient

extension ReadEvidence {
    /// Reads everything that the state of these entries is computed from, however many receipts there are: receipts
    /// that cannot decide are dropped as they come.
    ///
    /// Must be run in a transaction. An entry's receipts are read after the rest of it: whatever was committed in
    /// between changed the entry's revision after it was read, so nothing will be written onto it.
    ///
    /// - Complexity: O(n) in time, n the number of receipts; in memory some rows, and three receipts of each attempt.
    package static func whole(
        of ids: [EntryID], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [StoredEvidence] {
        var found = try connection.run(ReadEvidence(of: ids), deadline: deadline)
        for place in found.indices where !found[place].isWhole {
            try found[place].readReceipts(on: connection, deadline: deadline)
        }
        return found
    }
}

extension StoredEvidence {
    /// Replaces the receipts that were read by the deciding ones of all its receipts.
    fileprivate mutating func readReceipts(on connection: Connection, deadline: Deadline) throws(PostgresError) {
        for place in evidence.attempts.indices { evidence.attempts[place].receipts = [] }
        try connection.run(OpenReceipts(of: id), deadline: deadline)
        while true {
            let rows = try connection.run(FetchReceipts(), deadline: deadline)
            // Receipts of an attempt that was made since are left out: the entry is at another revision then.
            for (attemptID, receipt) in rows { _ = add(receipt, of: attemptID) }
            for place in evidence.attempts.indices { evidence.attempts[place].keepDecidingReceipts() }
            if rows.count < FetchReceipts.rowsMax { break }
        }
        try connection.run(CloseReceipts(), deadline: deadline)
        isWhole = true
    }
}

/// Opens a cursor on all receipts of one entry, in no order, for ``FetchReceipts``. It ends with the transaction.
struct OpenReceipts: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        DECLARE receipts_of_entry NO SCROLL CURSOR FOR
        SELECT r.attempt_id, r.id, r.status, r.result, r.reported_time, r.received_at
        FROM outbox.receipt AS r
        WHERE r.entry_id = $1
        """
    let id: EntryID

    init(of id: EntryID) { self.id = id }

    func bind(_ parameters: inout Parameters) { parameters.append(uuid: id.rawValue) }
}

/// Reads the next receipts of the open cursor.
struct FetchReceipts: Statement {
    static let access = StatementAccess.reads
    /// Rows at a time.
    static let rowsMax = 256
    static let sql = "FETCH FORWARD \(rowsMax) FROM receipts_of_entry"

    func decode(_ rows: Rows) throws(PostgresError) -> [(attemptID: AttemptID, receipt: ReceiptEvidence)] {
        try rows.map { row throws(PostgresError) in
            (
                AttemptID(rawValue: try row.uuid()),
                ReceiptEvidence(
                    key: ReceiptKey(rawValue: try row.uuid()), status: try row.text(), result: try row.text(),
                    reportedTime: try row.text(), receivedAt: Timestamp(microseconds: try row.timestamptz()))
            )
        }
    }
}

/// Closes the cursor of ``OpenReceipts``.
struct CloseReceipts: Statement {
    static let access = StatementAccess.reads
    static let sql = "CLOSE receipts_of_entry"
}
