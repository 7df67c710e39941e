import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// The services of one ingress process: the HTTP side, the group commit and the spool it leads to, and heartbeats.
package struct IngressProcess: ServerProcess {
    /// Its name, and how it is watched.
    package static let program = ServerProgram(
        "postroom-ingress", adminListen: .ingressAdminListen, isBehindBalancer: true)

    private let http: IngressConfiguration
    private let store: GroupCommitConfiguration
    private let spool: SpoolConfiguration?
    private let grace: Duration

    /// Reads the settings of an ingress; problems are collected in the reader.
    package init(reading reader: SettingsReader) {
        http = IngressConfiguration(reading: reader)
        store = GroupCommitConfiguration(reading: reader)
        spool = SpoolConfiguration(reading: reader, body: http.bodyBytesMax, head: http.headBytesMax, direct: store)
        grace = reader.duration(.shutdownGrace)
    }

    /// The services in the order in which they start; they stop in the reverse, so that the group commit still writes
    /// what the HTTP side has accepted, the spool takes what it cannot, and the drain comes last.
    package func services(_ context: ProcessContext) throws -> [any Service] {
        http.warnOfClosedRoutes(context.log)
        let spool = try spool.map { try Spool(making: $0, host: context.identity.host) }
        if spool == nil {
            context.log.warning(
                "no spool: while Postgres is away webhooks are refused with 503",
                metadata: ["setting": "\(Setting.spoolDirectory.name)"])
        }
        let health = IntakeHealth(context.readiness, hasSpool: spool != nil)
        let listening = context.readiness.addCheck("listening")
        let pending = store.makePending()
        let intake = spool.map { SpoolIntake($0, direct: pending, health: health, log: context.log) }
        let drainer = spool.map {
            SpoolDrainer(
                $0, database: store.database, health: health, readiness: context.readiness, grace: grace,
                log: context.log)
        }
        let commit = GroupCommit(store, pending: pending, health: health, spool: intake, log: context.log)
        let server = IngressServer(configuration: http, sink: commit, logger: context.log) { _ in listening.set(true) }
        let pool = ConnectionPool(store.database, capacity: 1)
        let heartbeat = Periodic.heartbeat(logger: context.log) {
            try await pool.tell(Heartbeat(of: context.identity, at: .now, isStopping: context.readiness.isDraining))
            if let spool {
                try await pool.run(InsertSpoolReport(SpoolReport(context, spool)), timeout: Heartbeat.timeout)
            }
        }
        let closing = spool.map { spool in
            // Listed so that it ends after the last heartbeat, which would open the report again.
            SpoolClosing(spool, log: context.log) {
                try await pool.run(
                    InsertSpoolReport(SpoolReport(context, spool, isClosed: true)), timeout: SpoolClosing.timeMax)
            }
        }
        let first: [(any Service)?] = [closing, heartbeat, drainer, intake]
        return first.compactMap { $0 } + [commit, server]
    }
}

extension SpoolReport {
    /// What a spool holds now.
    init(_ context: ProcessContext, _ spool: Spool, isClosed: Bool = false) {
        let status = spool.status
        self.init(
            processID: context.identity.id, host: context.identity.host, folder: spool.folder.path,
            webhooks: Int64(status.webhooks), bytes: Int64(status.bytes), oldest: status.oldest,
            filesAside: Int32(clamping: status.filesAside), spooled: Int64(status.spooled),
            drained: Int64(status.drained), isClosed: isClosed)
    }
}
