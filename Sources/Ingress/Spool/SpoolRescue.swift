import Logging
import PostgresClient
import Store

/// Drains a folder that was taken from a dead machine: once, to its end. Blocks; for a thread that may.
package struct SpoolRescue: Sendable {
    /// What was done so far.
    package struct Progress: Equatable, Sendable {
        /// Webhooks that are in Postgres now.
        package var webhooks = 0
        /// How many of those were not there before.
        package var new = 0
        /// Refused by Postgres, each for itself: kept in the folder.
        package var refused = 0
        /// Bytes at the ends of segments that were cut off and never acknowledged.
        package var tornBytes = 0
        /// Segments kept in the folder because something in them cannot be read.
        package var damagedSegments = 0

        /// Nothing yet.
        package init() {}
    }

    /// Statements that fail one after another before it gives up.
    private static let triesMax = 5

    private let spool: Spool
    private let database: ConnectionConfiguration
    private let log: Logger

    /// Takes the folder.
    package init(path: String, pace: DrainPace, database: ConnectionConfiguration, log: Logger) throws(SpoolFailure) {
        var configuration = SpoolConfiguration(path: path, bytesMax: .max)
        configuration.pace = pace
        spool = try Spool(draining: configuration)
        self.database = database
        self.log = log
    }

    /// Whose folder it is, as its ingress recorded it.
    package var origin: SpoolOrigin? { spool.origin }

    /// Tells Postgres, once all is drained, that a spool is empty, for `monitor.spool`. Blocks.
    package func close(as origin: SpoolOrigin) throws(PostgresError) {
        let deadline = Deadline.in(spool.configuration.drainTimeout)
        let connection = try Connection.open(database, deadline: deadline)
        defer { connection.close() }
        let status = spool.status
        let report = SpoolReport(
            processID: UInt128.random(in: 0...UInt128.max), host: origin.host, folder: origin.folder,
            webhooks: Int64(status.webhooks), bytes: Int64(status.bytes), oldest: status.oldest,
            filesAside: Int32(clamping: status.filesAside), spooled: Int64(status.spooled),
            drained: Int64(status.drained), isClosed: spool.ledger.isEmpty)
        try connection.run(InsertSpoolReport(report), deadline: deadline)
    }

    /// Drains everything, and tries again what was refused before.
    ///
    /// - Throws: ``PostgresError`` where Postgres could not be made to take it, ``SpoolFailure`` where the folder cannot
    ///   be read or written; all that was not stored stays.
    package func run(report: (Progress) -> Void) throws {
        var progress = Progress()
        try retryRefused(&progress)
        let feed = SpoolFeed(spool, database: database, log: log)
        defer { feed.close() }
        var backoff = ReconnectBackoff()
        var failures = 0
        var blocks = 0
        var damaged = 0
        while true {
            let start = ContinuousClock.now
            switch feed.step() {
            case .blocked(let failure):
                // For each segment, one try more than it takes to give up what cannot be read.
                if feed.damagedSegments > damaged { blocks = 0 }
                damaged = feed.damagedSegments
                blocks += 1
                guard blocks <= SegmentReader.triesMax else { throw failure }
                Deadline.in(backoff.next(jitter: .random(in: 0..<1))).blockThread()
            case .notSetAside(let failure): throw failure
            case .empty:
                progress.tornBytes = feed.tornBytes
                progress.damagedSegments = feed.damagedSegments
                return report(progress)
            case .stored(let webhooks, let new, let refused):
                failures = 0
                blocks = 0
                backoff.reset()
                progress.webhooks += webhooks
                progress.new += new
                progress.refused += refused
                report(progress)
                Deadline.in(spool.configuration.pace.rest(after: webhooks, took: start.duration(to: .now)))
                    .blockThread()
            case .failed(let error):
                failures += 1
                guard failures < Self.triesMax, error.isTransient || error.effect == .unknown else { throw error }
                Deadline.in(backoff.next(jitter: .random(in: 0..<1))).blockThread()
            }
        }
    }

    private func retryRefused(_ progress: inout Progress) throws {
        let files = try spool.folder.files().filter { $0.kind == .refused }
        guard !files.isEmpty else { return }
        let deadline = Deadline.in(spool.configuration.drainTimeout)
        let connection = try Connection.open(database, deadline: deadline)
        defer { connection.close() }
        for file in files {
            // A segment that the disk does not give keeps no other from being drained.
            guard let webhook = try SegmentReader(path: spool.folder.path(file.name), triesMax: 1).next() else {
                continue
            }
            var insert = IsolatingInsert(connection, deadline: .in(spool.configuration.drainTimeout))
            do throws(PostgresError) {
                try insert.run([webhook])
                progress.webhooks += 1
                progress.new += insert.outcome.new
                spool.folder.remove(file.name)
                spool.ledger.removeAside(bytes: file.bytes)
            } catch {
                guard error.sqlState?.blamesData == true else { throw error }
                progress.refused += 1
            }
        }
    }
}
