import PostgresClient

/// Takes sends that this transaction has just claimed out of the queue again, because something else settled their
/// entries: their attempts were never made.
///
/// Locks: rows that this transaction holds already.
package struct WithdrawSends: Statement {
    package static let sql = """
        WITH given AS MATERIALIZED (
            SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS given (entry_id, fence, attempt_id)
        ), gone AS (
            DELETE FROM queue.send AS q USING given WHERE q.entry_id = given.entry_id AND q.fence = given.fence
        )
        UPDATE outbox.attempt AS a
        SET state = 'not_sent', counts = false, dispatched_at = NULL, settled_at = now()
        FROM given
        WHERE a.id = given.attempt_id
          AND a.state = 'dispatched'
        """
    let sends: [ClaimedSend]

    /// Withdraws these.
    package init(_ sends: [ClaimedSend]) { self.sends = sends }

    package func bind(_ parameters: inout Parameters) {
        var fence = ArrayParameter(.int8)
        for send in sends { fence.append(send.fence) }
        parameters.append(ArrayParameter(sends.map(\.entryID)))
        parameters.append(fence)
        parameters.append(ArrayParameter(sends.map(\.attemptID)))
    }
}
