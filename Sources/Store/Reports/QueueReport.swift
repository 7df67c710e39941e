import PostgresClient

/// What waits, from `monitor.queue`.
package struct QueueReport: TextReport {
    /// Headings.
    package static let columns = ["queue", "waiting", "scheduled", "leased", "dead", "oldest", "in/min", "out/min"]
    /// How far the view counts what the tallies do not; this number means that there may be more.
    static let countedMax = 10_000
    package static let sql = """
        SELECT q.name, q.waiting || bound.waiting, q.scheduled || bound.scheduled, q.leased::text, q.dead::text,
               round(q.oldest_waiting_seconds)::text || ' s', q.in_per_minute::text, q.out_per_minute::text
        FROM monitor.queue AS q
        CROSS JOIN LATERAL (
            SELECT CASE WHEN q.name <> 'webhook' AND q.waiting >= \(Self.countedMax) THEN '+' ELSE '' END AS waiting,
                   CASE WHEN q.scheduled >= \(Self.countedMax) THEN '+' ELSE '' END AS scheduled
        ) AS bound
        ORDER BY q.name DESC
        """

    package init() {}
}
