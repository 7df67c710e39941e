import Logging
import PostgresClient
import Providers
import Runtime
import ServiceLifecycle
import Store

/// The services of one send worker process.
package struct SendWorkerProcess: ServerProcess {
    /// Its name, and how it is watched.
    package static let program = ServerProgram("postroom-send-worker", adminListen: .sendWorkerAdminListen)

    private let configuration: SendingConfiguration

    /// Reads the settings of a send worker; problems are collected in the reader.
    package init(reading reader: SettingsReader) { configuration = SendingConfiguration(reading: reader) }

    /// The services in the order in which they start; they stop in the reverse, so that the calls end first and their
    /// outcomes are still written.
    package func services(_ context: ProcessContext) -> [any Service] {
        let log = context.log
        let provider = NXTeleSender(configuration.access)
        let name = provider.name
        let client = ProviderClient(
            url: configuration.providerURL, callsMax: configuration.callsMax, timeout: configuration.sendTimeout)
        let pool = ConnectionPool(configuration.database, capacity: 2)
        // Upkeep may hold all of those for a while; a heartbeat that waited for it would come too late, and the process
        // be taken for dead.
        let life = ConnectionPool(configuration.database, capacity: 1)
        let counts = SendCounts()
        let recorder = OutcomeRecorder(configuration, provider: name, owner: context.identity.id, log: log)
        let claimer = SendClaimer(
            configuration, provider: name, owner: context.identity.id,
            reachable: context.readiness.addCheck("database"), log: log)
        let caller = SendCaller(client: client, provider: provider, timeout: configuration.sendTimeout)
        let upkeep = QueueUpkeep(configuration, provider: name, pool: pool, log: log)
        let rescue = SendRescue(configuration, provider: name, owner: context.identity.id, pool: pool, log: log)
        let probe = ProviderProbe(configuration, provider: provider, client: client, pool: pool, log: log)
        let lookups = LookupPass(
            configuration, provider: provider, client: client, owner: context.identity.id, pool: pool, log: log)
        func every(
            _ interval: Duration, _ name: String, runTimeMax: Duration = .seconds(60),
            _ action: @escaping @Sendable () async throws -> Void
        ) -> any Service {
            Periodic(name, every: interval, runTimeMax: runTimeMax, logger: log, action: action)
        }
        let beat: @Sendable (_ vouches: Bool) async throws -> Void = { vouches in
            try await life.tell(
                Heartbeat(
                    of: context.identity, at: .now, claimed: counts.calls.claimed,
                    isStopping: context.readiness.isDraining),
                vouches: vouches)
        }
        return [
            ClosingService { try await client.shutDown() },
            Periodic.heartbeat(logger: log) { try await beat(false) },
            ServiceBundle([
                every(.seconds(1), "rescue") { try await rescue.freeEnded() },
                every(.seconds(5), "rescue of the silent") { try await rescue.freeSilent() },
                every(.seconds(20), "rescue of leases put off") { try await rescue.freeAhead() },
                every(.seconds(1), "rescue of look-ups") { try await upkeep.rescueLookups() },
                every(.seconds(1), "expiry") { try await upkeep.expire() },
                every(.seconds(20), "slots") { try await upkeep.pruneSlots() },
                Periodic.unreadSessions(logger: log) {
                    try await pool.run(EndUnreadSessions(), timeout: QueueUpkeep.timeout)
                },
                every(.seconds(2), "provider probe", runTimeMax: configuration.probeInterval + .seconds(60)) {
                    try await probe.run()
                },
                every(.seconds(2), "look-ups", runTimeMax: LookupPass.lease) { try await lookups.run() },
            ]),
            recorder,
            SendStart(
                timeZone: configuration.timeZone, pool: pool,
                loop: SendLoop(
                    SendWork(
                        configuration, claimer: claimer, caller: caller, recorder: recorder, counts: counts, log: log,
                        vouch: { (try? await beat(true)) != nil }))),
        ]
    }
}

/// Sends only once it is known that the provider's times can be understood.
private struct SendStart: Service {
    let timeZone: String
    let pool: ConnectionPool
    let loop: SendLoop

    func run() async throws {
        guard try await whenPostgresAnswers({ try await CheckTimeZone.require(timeZone, pool) }) else { return }
        try await loop.run()
    }
}
