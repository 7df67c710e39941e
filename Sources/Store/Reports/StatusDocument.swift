import PostgresClient

/// The views of `postroom status` as one JSON object: a key for each view, an array of its rows.
package struct StatusDocument: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT jsonb_build_object(
            'health', (SELECT coalesce(jsonb_agg(h), '[]') FROM monitor.health AS h),
            'queue', (SELECT coalesce(jsonb_agg(q), '[]') FROM monitor.queue AS q),
            'conservation', (SELECT coalesce(jsonb_agg(c), '[]') FROM monitor.conservation AS c),
            'workers', (SELECT coalesce(jsonb_agg(w), '[]') FROM monitor.workers AS w),
            'spool', (SELECT coalesce(jsonb_agg(s), '[]') FROM monitor.spool AS s)
        )::text
        """

    /// Asks.
    package init() {}

    /// The text of the object.
    package func decode(_ rows: Rows) throws(PostgresError) -> String {
        try rows.single { row throws(PostgresError) in try row.text() }
    }
}
