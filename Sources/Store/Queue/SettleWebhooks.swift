import PostgresClient

/// Takes webhooks out of the queue and counts what became of them, in the transaction of their effects.
///
/// It goes by the rows' places, which hold as long as the transaction has the rows locked and does not update them. By
/// `seq` the plan would depend on statistics, and a queue's statistics are from a time when it was empty or full. A
/// place names one row because the queue is one table; in a partitioned one it would name a row in each partition.
package struct SettleWebhooks: Statement {
    package static let sql = """
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

    /// Settles these, which this transaction has claimed: their places mean nothing in any other.
    package init(_ claimed: [ClaimedWebhook], counting tallies: TallyBatch) {
        self.claimed = claimed
        self.tallies = tallies
    }

    package func bind(_ parameters: inout Parameters) {
        var places = ArrayParameter(.tid)
        for one in claimed { places.append(one.tid) }
        parameters.append(places)
        tallies.bind(&parameters)
    }

    /// - Throws: where not all of them were there, because the counts would be wrong.
    package func decode(_ rows: Rows) throws(PostgresError) {
        guard rows.affectedCount == claimed.count else {
            throw PostgresError(
                .unexpectedResult, statement: Self.name, serverMessage: "\(rows.affectedCount) of \(claimed.count)")
        }
    }
}
