import Logging
import Metrics
import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// The services of one alert worker process.
package struct AlertWorkerProcess: ServerProcess {
    /// Its name, and how it is watched.
    package static let program = ServerProgram("postroom-alert-worker", adminListen: .alertWorkerAdminListen)

    /// How long a statement may take.
    static let timeout = Duration.seconds(10)
    /// After this time a look for lost leases is cancelled.
    static let runTimeMax = Duration.seconds(20)
    /// Leases freed in one transaction.
    static let rescuedMax: Int32 = 500

    private let configuration: AlertingConfiguration

    /// Reads the settings of an alert worker; problems are collected in the reader.
    package init(reading reader: SettingsReader) { configuration = AlertingConfiguration(reading: reader) }

    /// The services in the order in which they start; they stop in the reverse, so that deliveries end first and their
    /// outcomes are still written.
    package func services(_ context: ProcessContext) throws -> [any Service] {
        let log = context.log
        let pool = ConnectionPool(configuration.database, capacity: 2)
        // Telling and rescue may hold all of those for a while; a heartbeat that waited for it would come too late, and
        // deliveries stop, because nobody vouches.
        let life = ConnectionPool(configuration.database, capacity: 1)
        let counts = DeliveryCounts()
        let rescued = Counter(label: "postroom_alert_rescued_total")
        // With a key the claimer says whether Postgres is reached, without one the rescue.
        let reachable = configuration.alertKey == nil ? context.readiness.addCheck("database") : nil
        let beat: @Sendable (_ vouches: Bool) async throws -> Void = { vouches in
            try await life.tell(
                Heartbeat(
                    of: context.identity, at: .now, claimed: counts.calls.claimed,
                    isStopping: context.readiness.isDraining),
                vouches: vouches)
        }
        let rescue = Periodic("rescue", every: .seconds(1), runTimeMax: Self.runTimeMax, logger: log) {
            let count: Int
            do {
                count = try await pool.run(RescueNotifications(limit: Self.rescuedMax), timeout: Self.timeout)
                reachable?.set(true)
            } catch {
                reachable?.set(false)
                throw error
            }
            if count > 0 {
                rescued.increment(by: count)
                log.warning("notifications rescued whose lease had ended", metadata: ["count": "\(count)"])
            }
        }
        let unread = Periodic.unreadSessions(logger: log) {
            try await pool.run(EndUnreadSessions(), timeout: Self.timeout)
        }
        // Before the deliveries, so that it ends after them.
        let telling = AlertTelling(pool: pool, log: log, maxAutomaticRetries: configuration.maxAutomaticRetries)
        let first: [any Service] = [
            Periodic.heartbeat(logger: log) { try await beat(false) },
            ServiceBundle([rescue, unread] + telling.services()),
        ]
        return try first
            + deliveries(context, counts: counts, vouch: { (try? await beat(true)) != nil })
    }

    /// What delivers; nothing without the key that endpoints' secrets are derived from.
    private func deliveries(
        _ context: ProcessContext, counts: DeliveryCounts, vouch: @escaping @Sendable () async -> Bool
    ) throws -> [any Service] {
        guard let key = configuration.alertKey else {
            context.log.warning("no notification is delivered by this process: POSTROOM_ALERT_KEY is unset")
            return []
        }
        let owner = context.identity.id
        let log = context.log
        let resolver = SystemResolver(threadCount: configuration.callsMax)
        let throttle = EndpointThrottle()
        let recorder = DeliveryRecorder(
            DeliveryStore(configuration, owner: owner, log: log), database: configuration.database,
            failures: Counter(label: "postroom_alert_outcome_failures_total"), log: log)
        let claimer = DeliveryClaimer(
            DeliverySource(configuration, owner: owner, throttle: throttle), database: configuration.database,
            reachable: context.readiness.addCheck("database"), log: log)
        let work = DeliveryWork(
            configuration: configuration, key: key, claimer: claimer,
            client: try DeliveryClient(policy: configuration.webhookPolicy, resolver: resolver), recorder: recorder,
            throttle: throttle, counts: counts, vouch: vouch)
        return [
            ClosingService { try await resolver.shutDown() }, recorder,
            LeasedWorkLoop(work, callsMax: configuration.callsMax),
        ]
    }
}
