import PostgresClient

/// What must hold and whether it does, from `monitor.health`.
package struct HealthReport: TextReport {
    /// Headings.
    package static let columns = ["", "promise or alert", "value", "threshold", "what it counts", "what to do"]
    /// What stands in the first column where a rule does not hold.
    package static let red = "RED"
    package static let sql = """
        SELECT CASE WHEN h.ok THEN 'ok' WHEN NOT h.ok THEN 'RED' ELSE '?' END, h.name, trim_scale(h.value)::text,
               h.threshold::text, h.detail, CASE WHEN h.ok THEN '' ELSE h.what_to_do END
        FROM monitor.health AS h
        """

    package init() {}
}
