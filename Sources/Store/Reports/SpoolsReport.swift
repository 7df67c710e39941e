/// What waits on the ingresses' disks, from `monitor.spool`.
package struct SpoolsReport: TextReport {
    /// Headings.
    package static let columns = [
        "spool on", "webhooks", "bytes", "oldest", "drained/min", "set aside", "state", "reported", "folder",
    ]
    package static let sql = """
        SELECT s.host, s.webhooks::text, s.bytes::text, round(s.oldest_seconds)::text || ' s',
               s.drained_last_minute::text, s.files_aside::text, s.state, round(s.silent_seconds)::text || ' s ago', s.folder
        FROM monitor.spool AS s
        ORDER BY s.webhooks DESC, s.host, s.folder
        LIMIT 1000
        """

    package init() {}
}
