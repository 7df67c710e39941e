import Domain
import PostgresClient

/// What one ingress's spool holds.
package struct SpoolReport: Sendable {
    /// The process, as in its heartbeat.
    package var processID: UInt128
    /// The machine.
    package var host: String
    /// The folder there.
    package var folder: String
    /// Webhooks that are not in Postgres yet.
    package var webhooks: Int64
    /// What they take on disk.
    package var bytes: Int64
    /// When the oldest of them came in.
    package var oldest: Timestamp?
    /// Files that were set aside for a person.
    package var filesAside: Int32
    /// Webhooks written to it since the process started.
    package var spooled: Int64
    /// Webhooks taken out of it since then.
    package var drained: Int64
    /// Whether this is the last word on an empty spool.
    package var isClosed: Bool

    package init(
        processID: UInt128, host: String, folder: String, webhooks: Int64, bytes: Int64, oldest: Timestamp?,
        filesAside: Int32, spooled: Int64, drained: Int64, isClosed: Bool
    ) {
        self.processID = processID
        self.host = host
        self.folder = folder
        self.webhooks = webhooks
        self.bytes = bytes
        self.oldest = oldest
        self.filesAside = filesAside
        self.spooled = spooled
        self.drained = drained
        self.isClosed = isClosed
    }
}

/// Adds a report. Append-only, as heartbeats are; waits for no standby, as they do not (``LocalCommit``).
package struct InsertSpoolReport: Statement {
    package static let sql = """
        INSERT INTO ops.spool_report
            (process_id, host, folder, webhooks, bytes, oldest_at, files_aside, spooled, drained, closed)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
        FROM \(LocalCommit.source)
        """
    let report: SpoolReport

    /// Adds this one.
    package init(_ report: SpoolReport) { self.report = report }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: report.processID)
        parameters.append(report.host)
        parameters.append(report.folder)
        parameters.append(report.webhooks)
        parameters.append(report.bytes)
        parameters.append(timestamptz: report.oldest?.microseconds)
        parameters.append(report.filesAside)
        parameters.append(report.spooled)
        parameters.append(report.drained)
        parameters.append(report.isClosed)
    }
}
