import Logging
import ServiceLifecycle

/// Runs a program: starts all services, drains on SIGTERM or SIGINT, and tells the code to exit with.
///
/// Services stop in reverse order, each once the one after it in the list has stopped; so list what others depend on
/// first (admin listener, connection pool, …, listener). The first signal makes `readiness` fail and then drains; a
/// second one ends the process at once with 128 + the signal's number. A drain that outlasts `grace` ends the process
/// with code 70 and a line in the log. A service that fails, or that ends without being asked to, drains the others in
/// the same way.
///
///     exit(await runServices([admin, pool, server], readiness: readiness, grace: grace, logger: logger))
///
/// Call it once in a process.
///
/// - Parameter drainDelay: How long everything goes on as before once readiness has failed; a part of the grace.
/// - Returns: 0 after a drain that a signal asked for; 1 after a failure, which is logged.
package func runServices(
    _ services: [any Service], readiness: Readiness, grace: Duration, drainDelay: Duration = .zero, logger: Logger
) async -> Int32 {
    let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
    do {
        let watch = try StopWatch.start(grace: grace, logger: logger, onSignal: { continuation.yield($0) })
        return await runServices(
            services, signals: signals, readiness: readiness, drainDelay: drainDelay, logger: logger,
            onDrain: watch.beginDrain)
    } catch {
        logger.error("cannot watch for signals", metadata: ["error": "\(error)"])
        return 1
    }
}

/// The same with what reaches outside the process as parameters: `signals` yields the first signal, `onDrain` is
/// called when readiness has failed and before any service is told to stop.
func runServices(
    _ services: [any Service], signals: AsyncStream<Int32>, readiness: Readiness, drainDelay: Duration = .zero,
    logger: Logger, onDrain: @escaping @Sendable () -> Void
) async -> Int32 {
    let all = services.map { GuardedService(service: $0) as any Service }
    let beacon = DrainBeacon(readiness: readiness, delay: drainDelay, onDrain: onDrain)
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: (all + [beacon]).map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            logger: logger))
    return await withTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            for await signal in signals {
                logger.info("draining", metadata: ["signal": "\(signal)"])
                readiness.beginDrain()
                await group.triggerGracefulShutdown()
            }
        }
        defer { tasks.cancelAll() }
        do {
            try await group.run()
            logger.info("stopped")
            return 0
        } catch {
            logger.error("stopped by a failure", metadata: ["error": "\(error)"])
            return 1
        }
    }
}
