/// Which processes live, from `monitor.workers`; of those that ended only what was seen in the last ten minutes.
package struct WorkersReport: TextReport {
    /// Headings.
    package static let columns = ["process", "host", "pid", "version", "alive", "silent", "claimed", "started"]
    package static let sql = """
        SELECT w.executable, w.host, w.pid::text, w.version,
               CASE WHEN w.alive THEN 'yes' WHEN w.stopping THEN 'stopped' ELSE 'no' END,
               round(w.silent_seconds)::text || ' s', w.claimed::text,
               to_char(w.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')
        FROM monitor.workers AS w
        WHERE w.alive OR w.silent_seconds < 600
        ORDER BY w.alive DESC, w.executable, w.host, w.started_at
        LIMIT 1000
        """

    package init() {}
}
