import PostgresClient

/// Notes on each of these waiting webhooks that one more process died while parsing it.
///
/// Rows settled meanwhile are gone and not touched. Waits for the lock of a row that another worker holds.
public struct RecordDeaths: Statement {
    public static let sql = """
        UPDATE queue.webhook AS q
        SET deaths = q.deaths + 1
        FROM unnest($1::bigint[]) AS suspect (seq)
        WHERE q.seq = suspect.seq
        """
    let seqs: [Int64]

    /// Notes a death on each of these.
    public init(_ seqs: [Int64]) { self.seqs = seqs }

    public func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(seqs: seqs)) }

    /// How many still waited.
    public func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
