import ServiceLifecycle

/// Closes what other services use: listed before them, it ends after they have.
package struct ClosingService: Service {
    private let close: @Sendable () async throws -> Void

    /// Makes one that closes with a closure.
    package init(_ close: @escaping @Sendable () async throws -> Void) { self.close = close }

    /// Waits for the end, and closes.
    package func run() async throws {
        try? await gracefulShutdown()
        try await close()
    }
}
