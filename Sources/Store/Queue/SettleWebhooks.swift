import PostgresClient

/// Takes webhooks out of the queue and counts what became of them, in the transaction of their effects.
///
/// By their rows' places, which stay where they are while the transaction has them locked. So no plan can go through an
/// index of a queue whose statistics are of another hour.
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
        WHERE q.ctid = ANY ($1::tid[])
        """
    let claimed: [ClaimedWebhook]
    let tallies: TallyBatch

    /// Settles these, which the transaction holds.
    public init(_ claimed: [ClaimedWebhook], counting tallies: TallyBatch) {
        self.claimed = claimed
        self.tallies = tallies
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var places = ArrayParameter(.tid)
        for one in claimed { places.append(one.place) }
        parameters.append(places)
        tallies.bind(&parameters)
    }

    /// - Throws: where not all of them were there: the counts would lie.
    public func decode(_ rows: Rows) throws(PostgresError) {
        guard rows.affectedCount == claimed.count else {
            throw PostgresError(
                .unexpectedResult, statement: Self.name, serverMessage: "\(rows.affectedCount) of \(claimed.count)")
        }
    }
}
