import ServiceLifecycle

/// The last service of a group, so the first that is told to stop: whatever starts a drain, a signal or a service that
/// failed, readiness fails before any other service hears of it, and the grace begins to run.
struct DrainBeacon: Service {
    let readiness: Readiness
    let onDrain: @Sendable () -> Void

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await gracefulShutdown()
        } onGracefulShutdown: {
            readiness.beginDrain()
            onDrain()
        }
    }
}
