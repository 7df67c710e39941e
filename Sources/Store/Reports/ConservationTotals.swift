/// Whether anything was lost, by source over all days, from `monitor.conservation`.
public struct ConservationTotals: TextReport {
    /// Headings.
    public static let columns = ["source", "accepted", "waiting", "processed", "dead", "discarded", "difference"]
    /// The statement.
    public static let sql = """
        SELECT c.source, sum(c.accepted)::text, sum(c.waiting)::text, sum(c.processed)::text, sum(c.dead)::text,
               sum(c.discarded)::text, sum(abs(c.difference))::text
        FROM monitor.conservation AS c
        GROUP BY c.source
        ORDER BY c.source
        """

    /// Makes the report.
    public init() {}
}
