/// What waits on the ingresses' disks, from `monitor.spool`.
public struct SpoolsReport: TextReport {
    /// Headings.
    public static let columns = [
        "spool on", "webhooks", "bytes", "oldest", "drained/min", "set aside", "state", "reported", "folder",
    ]
    /// The statement.
    public static let sql = """
        SELECT s.host, s.webhooks::text, s.bytes::text, round(s.oldest_seconds)::text || ' s',
               s.drained_last_minute::text, s.files_aside::text, s.state, round(s.silent_seconds)::text || ' s ago', s.folder
        FROM monitor.spool AS s
        ORDER BY s.webhooks DESC, s.host, s.folder
        LIMIT 1000
        """

    /// Makes the report.
    public init() {}
}
