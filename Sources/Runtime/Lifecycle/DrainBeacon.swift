import ServiceLifecycle

/// The last service of a group, and so the first that is told to stop: whatever starts a drain, a signal or a failed
/// service, readiness fails before any other service hears of it, and the grace begins.
///
/// If there is a delay, the others hear of the drain only after it: balancers check readiness at intervals, and until
/// they have seen it fail they still send connections, which a closed listener would refuse.
struct DrainBeacon: Service {
    let readiness: Readiness
    var delay = Duration.zero
    let onDrain: @Sendable () -> Void

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await gracefulShutdown()
        } onGracefulShutdown: {
            readiness.beginDrain()
            onDrain()
        }
        // Ends early when cancelled, as the process does.
        if delay > .zero { try? await Task.sleep(for: delay) }
    }
}
