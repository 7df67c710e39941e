import Domain
import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// The parts of one ingress process: the HTTP side, the group commit behind it, and signs of life.
public struct IngressProcess: Sendable {
    private let http: IngressConfiguration
    private let store: GroupCommitConfiguration

    /// Reads the settings of an ingress; problems are collected in the reader.
    public init(reading reader: SettingsReader) {
        http = IngressConfiguration(reading: reader)
        store = GroupCommitConfiguration(
            database: ConnectionConfiguration(
                connectionString: reader.text(.databaseURL), applicationName: "postroom-ingress"),
            storeDeadline: reader.duration(.storeDeadline))
    }

    /// The services in the order in which they start; they stop in the reverse, so that the group commit still writes
    /// what the HTTP side has accepted.
    public func services(_ context: ProcessContext) -> [any Service] {
        let commit = GroupCommit(store, reachable: context.readiness.addCheck("database"), log: context.log)
        let listening = context.readiness.addCheck("listening")
        let server = IngressServer(configuration: http, sink: commit, logger: context.log) { _ in listening.set(true) }
        let pool = ConnectionPool(store.database, capacity: 1)
        let heartbeat = Periodic(
            "heartbeat", schedule: PeriodicSchedule(interval: .seconds(5), runTimeMax: .seconds(20)),
            logger: context.log
        ) {
            try await pool.run(
                InsertHeartbeat(Heartbeat(context, claimed: 0)), timeout: .seconds(10))
        }
        return [heartbeat, commit, server]
    }
}

extension Heartbeat {
    /// A sign of life of this process now.
    init(_ context: ProcessContext, claimed: Int64) {
        self.init(
            processID: context.identity.id, executable: context.identity.executable,
            version: context.identity.version, host: context.identity.host, pid: context.identity.pid,
            startedAt: Timestamp(microseconds: context.identity.startedAtMicroseconds), claimed: claimed,
            isStopping: context.readiness.isDraining)
    }
}
