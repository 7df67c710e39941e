import Domain
import Logging
import PostgresClient
import Providers
import Runtime
import Store
import TestSupport

@testable import Sending

/// The parts of one worker process, as the process puts them together.
final class TestWorker: Sendable {
    let configuration: SendingConfiguration
    let owner = UInt128.random(in: 1 ... .max)
    let provider: NXTeleSender
    let client: ProviderClient
    let pool: ConnectionPool
    let recorder: OutcomeRecorder
    let claimer: SendClaimer
    let caller: SendCaller
    let loop: SendLoop
    let upkeep: QueueUpkeep
    let rescue: SendRescue
    let probe: ProviderProbe
    let lookups: LookupPass

    init(_ configuration: SendingConfiguration, log: Logger) {
        self.configuration = configuration
        provider = NXTeleSender(configuration.access)
        client = ProviderClient(
            url: configuration.providerURL, callsMax: configuration.callsMax, timeout: configuration.sendTimeout)
        pool = ConnectionPool(configuration.database, capacity: 2)
        recorder = OutcomeRecorder(configuration, provider: provider.name, owner: owner, log: log)
        claimer = SendClaimer(configuration, provider: provider.name, owner: owner, reachable: nil, log: log)
        caller = SendCaller(client: client, provider: provider, timeout: configuration.sendTimeout)
        loop = SendLoop(
            SendWork(
                configuration, claimer: claimer, caller: caller, recorder: recorder, counts: SendCounts(), log: log,
                vouch: { true }))
        upkeep = QueueUpkeep(configuration, provider: provider.name, pool: pool, log: log)
        rescue = SendRescue(configuration, provider: provider.name, owner: owner, pool: pool, log: log)
        probe = ProviderProbe(configuration, provider: provider, client: client, pool: pool, log: log)
        lookups = LookupPass(
            configuration, provider: provider, client: client, owner: owner, pool: pool, log: log)
    }

    /// Sends until a condition holds, then finishes the calls under way and writes their outcomes.
    func run(until what: String, _ condition: @escaping @Sendable () async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.loop.run() }
            do { try await eventually(within: .seconds(120), what, condition) } catch {
                loop.stop()
                throw error
            }
            loop.stop()
            try await group.waitForAll()
        }
        await recorder.write()
    }

    /// Claims, without calling.
    func claim(_ free: Int = 100, inFlight: [String: Int] = [:]) async -> [LeasedClaim<ClaimedSend>] {
        let room = CallPermits.Room(free: free, limit: configuration.callsMax, bySharer: inFlight)
        return if case .claims(let claims) = await claimer.claim(room) { claims } else { [] }
    }

    /// Records what a call is said to have brought.
    func record(_ send: ClaimedSend, _ outcome: SendOutcome, code: String? = nil) async {
        recorder.record([report(send, outcome, code: code)])
        await recorder.write()
    }

    /// What is told of a call that is said to have brought this.
    func report(_ send: ClaimedSend, _ outcome: SendOutcome, code: String? = nil) -> SendReport {
        let policy = configuration.retryPolicy(maxAutomaticRetries: send.maxAutomaticRetries)
        return SendReport(send, SendResult(outcome: outcome, code: code), policy: policy, jitter: 0.5)
    }

    func end() async {
        await claimer.close()
        await pool.close()
        try? await client.shutDown()
    }
}

extension LeasedClaim where Item == ClaimedSend {
    /// The send.
    var send: ClaimedSend { item }
}
