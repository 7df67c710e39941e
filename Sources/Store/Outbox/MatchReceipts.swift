import Domain
import PostgresClient

/// Ties parked receipts to the attempts they were matched to; those tied meanwhile stay as they are.
///
/// Locks: those rows, in the order given, which must be ascending by key.
package struct MatchReceipts: Statement {
    package static let sql = """
        UPDATE outbox.receipt AS r
        SET attempt_id = given.attempt_id, entry_id = given.entry_id, matched_at = now()
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS given (id, attempt_id, entry_id)
        WHERE r.id = given.id
          AND r.entry_id IS NULL
        """
    let matches: [(key: ReceiptKey, match: ReceiptMatch)]

    /// Ties these.
    package init(_ matches: [(key: ReceiptKey, match: ReceiptMatch)]) { self.matches = matches }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var attemptID = ArrayParameter(.uuid)
        var entryID = ArrayParameter(.uuid)
        for (key, match) in matches {
            id.append(uuid: key.rawValue)
            attemptID.append(uuid: match.attemptID.rawValue)
            entryID.append(uuid: match.entryID.rawValue)
        }
        for array in [id, attemptID, entryID] { parameters.append(array) }
    }

    /// How many were still parked.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
