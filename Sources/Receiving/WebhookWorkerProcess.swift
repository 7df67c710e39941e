import PostgresClient
import Providers
import Runtime
import ServiceLifecycle
import Store

/// The services of one webhook worker process.
package struct WebhookWorkerProcess: ServerProcess {
    /// Its name, and how it is watched.
    package static let program = ServerProgram("postroom-webhook-worker", adminListen: .webhookWorkerAdminListen)

    private let configuration: ReceivingConfiguration
    private let registry: ProviderRegistry

    /// Reads the settings of a webhook worker; problems are collected in the reader.
    package init(reading reader: SettingsReader) { self.init(reading: reader, registry: .standard) }

    /// The same with what it can parse.
    package init(reading reader: SettingsReader, registry: ProviderRegistry) {
        configuration = ReceivingConfiguration(reading: reader)
        self.registry = registry
    }

    /// First records what the workers of dead processes left; then runs workers, upkeep and heartbeats.
    ///
    /// - Throws: ``BreadcrumbFailure`` where the state folder cannot be used. A time zone that Postgres does not know
    ///   ends the process only once Postgres answers: the service that starts the workers throws ``UnknownTimeZone``.
    package func services(_ context: ProcessContext) throws -> [any Service] {
        let log = context.log
        let counts = WorkerCounts(reachable: context.readiness.addCheck("database"))
        let pool = ConnectionPool(configuration.database, capacity: 3)
        // Upkeep may hold all of those for minutes; heartbeats and the workers' start must not wait for it.
        let life = ConnectionPool(configuration.database, capacity: 2)
        let folder = try BreadcrumbFolder(
            path: configuration.stateFolder, database: configuration.database.connectionString)
        let deaths = DeathRecorder(folder: folder, pool: life, log: log)
        let file = try folder.take()
        let reach = SharedClaimReach(now: .now)
        let reader = WebhookReader(
            registry: registry, outboxRetention: configuration.outboxRetention, optOut: configuration.optOut)
        let workers = (0..<configuration.workers).map { place in
            WebhookWorker(
                configuration, reader: reader, trail: file.trail(place), reach: reach, counts: counts, log: log)
        }
        let start = WorkerStart(
            deaths: deaths, own: file, pool: life, timeZone: configuration.nxteleTimeZone, workers: workers)
        let heartbeat = Periodic.heartbeat(logger: log) {
            try await life.tell(
                Heartbeat(
                    of: context.identity, at: .now, claimed: counts.settled, isStopping: context.readiness.isDraining))
        }
        let deathWatch = Periodic(
            "abandoned breadcrumbs", every: .seconds(10), runTimeMax: .seconds(60), logger: log
        ) { try await deaths.recordAbandoned() }
        let upkeep = Upkeep(pool: pool, configuration: configuration, log: log)
        return [heartbeat, ServiceBundle([deathWatch] + upkeep.services + [start])]
    }
}

/// Runs the workers once what an earlier process left in this process's own file is recorded.
private struct WorkerStart: Service {
    let deaths: DeathRecorder
    let own: BreadcrumbFile
    let pool: ConnectionPool
    let timeZone: String
    let workers: [WebhookWorker]

    func run() async throws {
        let begun = try await whenPostgresAnswers {
            try await CheckTimeZone.require(timeZone, pool)
            try await deaths.record(own)
        }
        guard begun else { return }
        try await ServiceBundle(workers).run()
    }
}
