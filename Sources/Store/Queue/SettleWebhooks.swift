import PostgresClient

/// Takes webhooks out of the queue and counts what became of them, in the transaction of their effects.
public struct SettleWebhooks: Statement {
    /// The statement.
    public static let sql = """
        WITH counted AS (
            INSERT INTO queue.tally (source, intake_day, kind, count, latency_buckets)
            SELECT source, intake_day, kind, count, latency_buckets::bigint[]
            FROM unnest($2::text[], $3::date[], $4::text[], $5::bigint[], $6::text[])
                AS counted (source, intake_day, kind, count, latency_buckets)
        )
        DELETE FROM queue.webhook AS q
        USING unnest($1::bigint[]) AS settled (seq)
        WHERE q.seq = settled.seq
        """
    let seqs: [Int64]
    let tallies: TallyBatch

    /// Settles these, which the transaction holds.
    public init(_ seqs: [Int64], counting tallies: TallyBatch) {
        self.seqs = seqs
        self.tallies = tallies
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(ArrayParameter(seqs: seqs))
        tallies.bind(&parameters)
    }

    /// - Throws: where not all of them were there: the counts would lie.
    public func decode(_ rows: Rows) throws(PostgresError) {
        guard rows.affectedCount == seqs.count else {
            throw PostgresError(
                .unexpectedResult, statement: Self.name, serverMessage: "\(rows.affectedCount) of \(seqs.count)")
        }
    }
}
