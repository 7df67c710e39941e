import Crypto
import Logging
import Metrics
import PostgresClient
import Runtime
import Store
import Synchronization

/// Tells who calls, by the key that comes with the request.
final class APIKeys: Sendable {
    /// How long what was found out about a key holds: a revoked key works no longer than this.
    static let holdTime = Duration.seconds(4)
    /// Good keys, and bad ones, that are remembered at most.
    static let keysMax = 10_000
    /// The longest key that is looked at, in bytes.
    static let keyBytesMax = 256
    private static let scheme = "bearer "

    /// What is known of a caller.
    enum Caller: Equatable {
        case known(Principal)
        /// No key, or none that is good.
        case unknown
        /// The key could not be looked up.
        case unavailable

        /// By what a look-up found of the key.
        init(_ found: Principal?) { self = found.map(Self.known) ?? .unknown }
    }

    private typealias LookUps = KeyLookUps<CheckedContinuation<Caller, Never>>

    private let pool: ConnectionPool
    private let timeout: Duration
    private let lookUps: Mutex<LookUps>
    /// One while many fail: every caller whose key is not known is answered 503 then.
    private let failureLog: Mutex<SeldomLog>
    private let failures = Counter(label: "postroom_api_key_look_up_failures_total")

    /// Counts look-ups that fail in `postroom_api_key_look_up_failures_total`. The metrics system must be set up before this
    /// is made.
    init(pool: ConnectionPool, timeout: Duration, log: Logger) {
        self.pool = pool
        self.timeout = timeout
        failureLog = Mutex(SeldomLog("looking up API keys failed", to: log))
        lookUps = Mutex(
            LookUps(timeout: timeout, cache: KeyCache(holdTime: Self.holdTime, keysMax: Self.keysMax)))
    }

    /// How many callers wait for the look-up of an unknown key.
    var waiterCount: Int { lookUps.withLock { $0.waiterCount } }

    /// Who calls with this `Authorization` field.
    func caller(_ authorization: String?) async -> Caller {
        guard let authorization, let key = Self.key(in: authorization) else { return .unknown }
        let hash = Array(SHA256.hash(data: key))
        let now = ContinuousClock.now
        switch lookUps.withLock({ $0.cache.find(hash, at: now) }) {
        case .good(let principal): return .known(principal)
        case .bad: return .unknown
        case .refresh(let principal, let hashes):
            // In a task of its own: if this caller goes away, the keys of the others must still be refreshed.
            let found = await Task { await refresh(hashes, at: now) }.value
            guard let found, hashes.contains(hash) else { return .known(principal) }
            return Caller(found[hash])
        case .unknown:
            // A caller that goes away meanwhile is answered all the same, to no effect.
            return await withCheckedContinuation { waiter in
                perform(lookUps.withLock { $0.add(waiter, for: hash, at: now) })
            }
        }
    }

    private func perform(_ step: LookUps.Step) {
        if let lookUp = step.lookUp {
            // In a task of its own: if the first caller goes away, the look-up of the others must not fail.
            Task {
                let found = await find(lookUp.hashes, timeout: ContinuousClock.now.duration(to: lookUp.until))
                perform(lookUps.withLock { $0.end(lookUp, found: found, at: .now) })
            }
        }
        for (waiter, answer) in step.answers { waiter.resume(returning: answer) }
    }

    private func refresh(_ hashes: [[UInt8]], at now: ContinuousClock.Instant) async -> [[UInt8]: Principal]? {
        guard let found = await find(hashes, timeout: timeout) else { return nil }
        lookUps.withLock { $0.cache.keep(found, for: hashes, at: now) }
        return found
    }

    /// The good ones of these keys; nil where that could not be found out.
    private func find(_ hashes: [[UInt8]], timeout: Duration) async -> [[UInt8]: Principal]? {
        do {
            return try await pool.run(FindAPIKeys(hashes), timeout: timeout).mapValues(Principal.init)
        } catch {
            failures.increment()
            failureLog.withLock { $0.warn(error) }
            return nil
        }
    }

    /// The key after `Bearer`, in any case; nil where there is none of a sensible length.
    static func key(in authorization: String) -> [UInt8]? {
        let bytes = Array(authorization.utf8)
        guard bytes.count > scheme.utf8.count,
            zip(bytes, scheme.utf8).allSatisfy({ $0 == $1 || ($0 | 0x20) == $1 })
        else { return nil }
        let key = bytes.dropFirst(scheme.utf8.count).drop { $0 == 0x20 }
        return 1...keyBytesMax ~= key.count ? Array(key) : nil
    }
}
