/// Whether anything was lost, by source over all days, from `monitor.conservation`.
package struct ConservationTotals: TextReport {
    /// Headings.
    package static let columns = ["source", "accepted", "waiting", "processed", "dead", "discarded", "difference"]
    package static let sql = """
        SELECT c.source, sum(c.accepted)::text, sum(c.waiting)::text, sum(c.processed)::text, sum(c.dead)::text,
               sum(c.discarded)::text, sum(abs(c.difference))::text
        FROM monitor.conservation AS c
        GROUP BY c.source
        ORDER BY c.source
        """

    package init() {}
}
