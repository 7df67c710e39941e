import PostgresClient

/// Records for each of these waiting webhooks that a process died while parsing it.
///
/// A webhook that was parsed beside others only becomes a suspect: only one of them is guilty, and they may die
/// together again before anybody records it. The count rises only for a death while nothing else was parsed. Rows
/// settled meanwhile are gone and not touched. Waits for the lock of a row that another worker holds.
package struct RecordDeaths: Statement {
    package static let sql = """
        UPDATE queue.webhook AS q
        SET deaths = CASE WHEN $2 THEN q.deaths + 1 ELSE greatest(q.deaths, 1) END
        FROM unnest($1::bigint[]) AS suspect (seq)
        WHERE q.seq = suspect.seq
        """
    let seqs: [Int64]
    let wereAlone: Bool

    /// Notes a death on each of these.
    /// - Parameter wereAlone: whether nothing else was parsed in the process that died.
    package init(_ seqs: [Int64], wereAlone: Bool) {
        self.seqs = seqs
        self.wereAlone = wereAlone
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(ArrayParameter(seqs: seqs))
        parameters.append(wereAlone)
    }

    /// How many still waited.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
