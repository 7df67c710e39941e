import Logging
import PostgresClient
import Runtime
import ServiceLifecycle

/// The way of sends into Postgres: those that wait while a transaction is under way share the next one and its commit,
/// and each is answered after that.
///
/// List this service before the HTTP server, so that it ends after it and every accepted request is still written.
final class SendGroups: Service {
    /// Sends that wait at most; more are refused at once.
    static let pendingSendsMax = 5_000
    /// Bytes of sends that wait at most.
    static let pendingBytesMax = 32 << 20

    private let configuration: APIConfiguration
    private let pending: PendingSends
    private let reachable: Readiness.Check?
    private let log: Logger

    init(_ configuration: APIConfiguration, reachable: Readiness.Check?, log: Logger) {
        self.configuration = configuration
        self.reachable = reachable
        self.log = log
        pending = PendingSends(itemsMax: Self.pendingSendsMax, bytesMax: Self.pendingBytesMax)
    }

    /// Has a send decided on and stored. Where there is no room it is refused at once.
    func submit(_ candidate: SendCandidate) async -> SendAnswer {
        await withCheckedContinuation { continuation in
            let item = PendingSend(
                candidate: candidate, deadline: .in(configuration.storeDeadline), continuation: continuation)
            if !pending.add(item) { continuation.resume(returning: .unavailable) }
        }
    }

    /// Writes until shut down, and then what still waits.
    func run() async throws {
        let writer = SendGroupWriter(configuration, pending: pending, reachable: reachable, log: log)
        await pending.run { await writer.run() }
    }
}
