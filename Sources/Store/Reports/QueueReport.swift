import PostgresClient

/// What waits, from `monitor.queue`.
public struct QueueReport: TextReport {
    /// Headings.
    public static let columns = ["queue", "waiting", "scheduled", "leased", "dead", "oldest", "in/min", "out/min"]
    /// The statement.
    public static let sql = """
        SELECT q.name, q.waiting::text, q.scheduled::text, q.leased::text, q.dead::text,
               round(q.oldest_waiting_seconds)::text || ' s', q.in_per_minute::text, q.out_per_minute::text
        FROM monitor.queue AS q
        ORDER BY q.name DESC
        """

    /// Makes the report.
    public init() {}
}
