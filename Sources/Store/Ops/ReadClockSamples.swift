import Domain
import PostgresClient

/// Reads what a provider's clock showed on its latest receipts, and when they came.
///
/// They are found by the attempts they are about, in order of hand-over, which a wrong time in a receipt cannot change.
/// That is a range of the attempts' key, so it costs the same whatever is stored. Of each attempt there is one look, at the
/// first receipt that came: many receipts of one message are no more evidence than one. Attempts of the last two minutes are
/// left out, because only their quickest receipts are there.
package struct ReadClockSamples: Statement {
    package static let access = StatementAccess.reads
    /// The most receipts' attempts that are looked at.
    package static let attemptsMax: Int32 = 200
    /// Receipts that came later tell more about the delay than about the clock: after an outage all of them would
    /// agree.
    package static let delayMax = Duration.seconds(600)
    package static let sql = """
        SELECT r.reported_time, r.received_at
        FROM (
            SELECT a.id, a.entry_id, a.dispatched_at
            FROM outbox.attempt AS a
            WHERE a.id >= ops.time_lowest_id(now() - interval '1 day')
              AND a.id < ops.time_lowest_id(now() - interval '2 minutes')
              AND a.provider = $1
            ORDER BY a.id DESC
            LIMIT $2
        ) AS a
        CROSS JOIN LATERAL (
            SELECT t.reported_time, t.received_at
            FROM outbox.receipt AS t
            WHERE t.entry_id = a.entry_id AND t.attempt_id = a.id AND t.source = 'webhook'
              AND t.received_at < a.dispatched_at + $3
            ORDER BY t.received_at, t.id
            LIMIT 1
        ) AS r
        """
    let provider: String

    /// Reads those of this provider.
    package init(provider: String) { self.provider = provider }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(Self.attemptsMax)
        parameters.append(interval: Self.delayMax)
    }

    /// The samples; receipts without a readable time give none.
    package func decode(_ rows: Rows) throws(PostgresError) -> [ClockSample] {
        try rows.map { row throws(PostgresError) in
            ClockSample(reportedTime: try row.text(), receivedAt: Timestamp(microseconds: try row.timestamptz()))
        }.compactMap(\.self)
    }
}
