import Domain
import PostgresClient

/// What was last known of a spool, and whether it was given up.
package struct ForgottenSpool: Sendable, Equatable {
    /// What `monitor.spool` says of a spool.
    package enum State: String, Sendable, CaseIterable {
        /// Its ingress runs.
        case reporting
        /// Its ingress has ended, and left nothing to drain.
        case closed
        /// Its ingress has not reported for a minute.
        case unknown
    }

    /// What was said of it.
    package var state: State
    /// Webhooks in it by its last report.
    package var webhooks: Int64
    /// Files set aside in it by that report.
    package var filesAside: Int32
    /// When that was.
    package var seenAt: Timestamp
    /// Whether it holds anything to give up: not where it reports, or was closed with nothing in it.
    package var isForgettable: Bool
}

/// Closes the report of a spool whose folder is gone, although nothing of it was stored.
///
/// One statement, so that the report it closes is the one it decided by. An ingress that comes back in the folder
/// reports again.
package struct ForgetSpool: Statement {
    package static let sql = """
        WITH spool AS MATERIALIZED (
            SELECT s.process_id, s.state, s.webhooks, s.files_aside, s.seen_at,
                   s.state = 'unknown' OR s.state = 'closed' AND s.files_aside > 0 AS is_forgettable
            FROM monitor.spool AS s
            WHERE s.host = $1 AND s.folder = $2
        ), forgotten AS (
            INSERT INTO ops.spool_report
                (process_id, host, folder, webhooks, bytes, files_aside, spooled, drained, closed)
            SELECT s.process_id, $1, $2, 0, 0, 0, 0, 0, true FROM spool AS s WHERE s.is_forgettable AND NOT $3
        )
        SELECT s.state, s.webhooks, s.files_aside, s.seen_at, s.is_forgettable FROM spool AS s  -- as it was before
        """
    let host: String
    let folder: String
    let isDryRun: Bool

    /// Forgets the spool that is reported as of this folder of this machine; a dry run changes nothing.
    package init(host: String, folder: String, isDryRun: Bool) {
        self.host = host
        self.folder = folder
        self.isDryRun = isDryRun
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(host)
        parameters.append(folder)
        parameters.append(isDryRun)
    }

    /// What it was; nil where there is no such spool.
    package func decode(_ rows: Rows) throws(PostgresError) -> ForgottenSpool? {
        try rows.optionalSingle { row throws(PostgresError) in
            ForgottenSpool(
                state: try row.value(), webhooks: try row.int64(), filesAside: try row.int32(),
                seenAt: Timestamp(microseconds: try row.timestamptz()), isForgettable: try row.bool())
        }
    }
}
