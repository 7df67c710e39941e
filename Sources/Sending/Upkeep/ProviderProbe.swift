import Domain
import Logging
import Metrics
import PostgresClient
import Providers
import Runtime
import Store

/// While the provider is paused, asks for the balance now and then: an answer with money in it lets work go on.
///
/// The balance does not tell everything. What is left above zero is mostly too little for the message that was refused,
/// and an address that may not send may still be allowed to ask. So with each further pause for the same code, the wait
/// before the first query doubles: operators hear of it less and less often, instead of twice a minute, and fewer calls
/// are made in vain. (Waiting until the balance has risen would be no better: a top-up before the first query is not
/// seen as one, and the provider would stay paused for ever.) An operator who has mended the cause need not wait:
/// deploy/runbook.md.
///
/// One process at a time asks: the one that gets the slot of an interval, as with the rate limit, so that no lock is
/// held during the call.
struct ProviderProbe: Sendable {
    /// How long a statement may take.
    static let timeout = Duration.seconds(10)
    /// Once its cause is mended, a pause lasts no longer than this and the interval of asking.
    static let pauseMax = Duration.seconds(1_800)
    /// How far back pauses for the same code make this one longer: at their longest there are twelve in it.
    static let pauseMemory = Duration.seconds(6 * 3_600)

    let configuration: SendingConfiguration
    let provider: any SendingProvider
    let client: ProviderClient
    let pool: ConnectionPool
    let log: Logger
    private let paused = Gauge(label: "postroom_provider_paused")

    init(
        _ configuration: SendingConfiguration, provider: any SendingProvider, client: ProviderClient,
        pool: ConnectionPool, log: Logger
    ) {
        self.configuration = configuration
        self.provider = provider
        self.client = client
        self.pool = pool
        self.log = log
    }

    /// The name of the slots for asking.
    static func slotName(of provider: String) -> String { "\(provider).probe" }

    /// Looks whether the provider is paused, and asks it if it is this process's turn.
    func run() async throws {
        let pause = try await pool.run(
            ReadProviderPause(
                provider.name, first: configuration.probeInterval, longest: Self.pauseMax, memory: Self.pauseMemory),
            timeout: Self.timeout)
        paused.record(pause.isPaused ? 1 : 0)
        guard pause.mayEnd else { return }
        let slots = try await pool.run(
            TakeSendSlots(
                provider: Self.slotName(of: provider.name), interval: configuration.probeInterval,
                horizon: configuration.probeInterval, count: 1), timeout: Self.timeout)
        guard let slot = slots.granted.first else { return }
        try await Task.sleep(for: slot)
        let call = provider.balance(at: .now)
        let reply = try await client.reply(to: call, timeout: configuration.sendTimeout)
        let answer = provider.balanceResult(of: reply)
        switch answer {
        case .balance where answer.hasMoney:
            let isNews = try await pool.run(
                RecordProviderPause(provider.name, isPaused: false), timeout: Self.timeout)
            if isNews { log.notice("provider resumed", metadata: ["provider": "\(provider.name)"]) }
        case .balance: log.warning("provider stays paused: no balance, and no credit above what is owed")
        case .tooOften: log.info("provider stays paused: asked too often")
        case .refused(let code):
            log.warning("provider stays paused: it refuses", metadata: ["code": "\(code ?? "none")"])
        case .unreadable: log.warning("provider stays paused: its answer cannot be read")
        }
    }
}
