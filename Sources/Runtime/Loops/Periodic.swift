import Logging
import ServiceLifecycle

/// A service that runs an action again and again, first at its start.
///
/// A failing run is logged and the next one waits longer. A drain cancels the run that is under way and ends the
/// service as soon as that run has returned: the action must answer to cancellation.
package struct Periodic: Service, CustomStringConvertible {
    private let name: String
    private let schedule: PeriodicSchedule
    private let logger: Logger
    private let jitter: @Sendable () -> Double
    private let sleep: @Sendable (Duration) async throws -> Void
    private let action: @Sendable () async throws -> Void

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - name: A constant name for the log.
    ///   - schedule: When it runs and how long a run may take.
    ///   - logger: Told about failing runs, and about the first good one after them.
    ///   - jitter: A number from 0 up to but not including 1, asked for once a run.
    ///   - sleep: Waits, and throws when the task is cancelled.
    ///   - action: What is run.
    init(
        _ name: String, schedule: PeriodicSchedule, logger: Logger,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        action: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.schedule = schedule
        self.logger = logger
        self.jitter = jitter
        self.sleep = sleep
        self.action = action
    }

    /// Makes the service of an action that runs at an interval, which grows while it fails.
    ///
    /// - Parameters:
    ///   - name: A constant name for the log.
    ///   - interval: Between two runs.
    ///   - runTimeMax: After this time a run is cancelled.
    ///   - logger: Told about failing runs, and about the first good one after them.
    ///   - action: What is run.
    package init(
        _ name: String, every interval: Duration, runTimeMax: Duration, logger: Logger,
        action: @escaping @Sendable () async throws -> Void
    ) {
        self.init(
            name, schedule: PeriodicSchedule(interval: interval, runTimeMax: runTimeMax), logger: logger,
            action: action)
    }

    /// The type and the name.
    package var description: String { "Periodic(\(name))" }

    /// Runs the action until the process drains. Never throws.
    package func run() async {
        await cancelWhenGracefulShutdown {
            var failures = 0
            while !Task.isCancelled {
                do {
                    try await withTimeLimit(schedule.runTimeMax, sleep: sleep, action)
                    if failures > 0 { logger.info("periodic run succeeds again", metadata: ["run": "\(name)"]) }
                    failures = 0
                } catch {
                    guard !Task.isCancelled else { return }
                    failures += 1
                    logger.warning(
                        "periodic run failed",
                        metadata: ["run": "\(name)", "error": "\(error)", "failures": "\(failures)"])
                }
                try? await sleep(schedule.delay(afterFailures: failures, jitter: jitter()))
            }
        }
    }
}
