import Glibc
import Logging

/// Ends the process when its drain outlasts the grace.
///
/// A thread of its own, because what makes a drain late may well be a cooperative pool whose threads are all blocked.
enum Watchdog {
    /// The exit code of a process that did not drain in time.
    static let exitCode: Int32 = 70

    /// Starts the thread: after `grace` it logs a line and ends the process. It also takes the signals of a second
    /// request to stop, which end the process at once (see ``StopSignals/stopAtOnceFromNowOn()``).
    static func start(grace: Duration, logger: Logger) {
        let arguments = Unmanaged.passRetained(Arguments(grace: grace, logger: logger))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let arguments = Unmanaged<Arguments>.fromOpaque(pointer).takeRetainedValue()
                StopSignals.unblock()
                Watchdog.sleep(arguments.grace)
                arguments.logger.error(
                    "drain outlasted the grace, stopping at once",
                    metadata: ["grace": "\(arguments.grace.settingText)"])
                _exit(Watchdog.exitCode)
            }, arguments.toOpaque())
        guard code == 0 else {
            arguments.release()
            logger.error("no watchdog: the drain is not bounded", metadata: ["errno": "\(code)"])
            return
        }
        pthread_detach(thread)
    }

    private final class Arguments: Sendable {
        let grace: Duration
        let logger: Logger

        init(grace: Duration, logger: Logger) {
            self.grace = grace
            self.logger = logger
        }
    }

    /// Blocks this thread by the monotonic clock, through interruptions by signals.
    private static func sleep(_ duration: Duration) {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while true {
            let rest = clock.now.duration(to: end).nanoseconds
            guard rest > 0 else { return }
            // `usleep` may refuse a second or more.
            usleep(UInt32(clamping: min(rest / 1_000 + 1, 500_000)))
        }
    }
}
