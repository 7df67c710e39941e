import Crypto
import PostgresClient
import Store
import Synchronization

/// Tells who calls by the key that comes with the request.
final class APIKeys: Sendable {
    /// How long what was found out about a key holds: a revoked one works no longer.
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
    }

    private let pool: ConnectionPool
    private let timeout: Duration
    private let cache = Mutex(KeyCache(holdTime: holdTime, keysMax: keysMax))

    init(pool: ConnectionPool, timeout: Duration) {
        self.pool = pool
        self.timeout = timeout
    }

    /// Who calls with this `Authorization` field.
    func caller(_ authorization: String?) async -> Caller {
        guard let authorization, let key = Self.key(in: authorization) else { return .unknown }
        let hash = Array(SHA256.hash(data: key))
        let now = ContinuousClock.now
        switch cache.withLock({ $0.find(hash, at: now) }) {
        case .good(let principal): return .known(principal)
        case .bad: return .unknown
        case .refresh(let principal, let hashes):
            // A task of its own: that this caller goes away must not leave the keys of the others to get old.
            let found = await Task { await lookUp(hashes, at: now) }.value
            guard let found, hashes.contains(hash) else { return .known(principal) }
            return found[hash].map(Caller.known) ?? .unknown
        case .unknown:
            guard let found = await lookUp([hash], at: now) else { return .unavailable }
            return found[hash].map(Caller.known) ?? .unknown
        }
    }

    private func lookUp(_ hashes: [[UInt8]], at now: ContinuousClock.Instant) async -> [[UInt8]: Principal]? {
        do {
            let found = try await pool.run(FindAPIKeys(hashes), timeout: timeout).mapValues(Principal.init)
            cache.withLock { for hash in hashes { $0.keep(found[hash], for: hash, at: now) } }
            return found
        } catch {
            return nil
        }
    }

    /// The key behind `Bearer`, whose case is free; nil where there is none of a sensible length.
    static func key(in authorization: String) -> [UInt8]? {
        let bytes = Array(authorization.utf8)
        guard bytes.count > scheme.utf8.count,
            zip(bytes, scheme.utf8).allSatisfy({ $0 == $1 || ($0 | 0x20) == $1 })
        else { return nil }
        let key = bytes.dropFirst(scheme.utf8.count).drop { $0 == 0x20 }
        return 1...keyBytesMax ~= key.count ? Array(key) : nil
    }
}
