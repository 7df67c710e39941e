import PostgresClient
import ServiceLifecycle

/// Does what a process begins with, for as long as it takes: a process that ended because Postgres is not there yet
/// would help nobody.
///
/// - Returns: whether it was done; not where a shutdown came first.
/// - Throws: what the body throws, except transient failures (``PostgresError/isTransient``), after which it is done
///   again.
package func whenPostgresAnswers(_ body: @Sendable @escaping () async throws -> Void) async throws -> Bool {
    try await cancelWhenGracefulShutdown {
        var backoff = ReconnectBackoff()
        while !Task.isCancelled {
            do {
                try await body()
                return true
            } catch let error as PostgresError where error.isTransient || Task.isCancelled {
                // Ends early, as the loop does, where the shutdown comes first.
                try? await Task.sleep(for: backoff.next(jitter: .random(in: 0..<1)))
            }
        }
        return false
    }
}
