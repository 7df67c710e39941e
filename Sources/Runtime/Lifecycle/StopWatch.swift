import Glibc
import Logging

/// Waits for requests to stop on a thread of its own, and ends the process when a second one comes or when the drain
/// outlasts the grace.
///
/// A thread, because a drain may be late exactly because all threads of the cooperative pool are blocked. It lives as
/// long as the process.
final class StopWatch: Sendable {
    /// The exit code of a process that did not drain in time.
    static let lateExitCode: Int32 = 70

    private let grace: Duration
    private let logger: Logger
    private let onSignal: @Sendable (Int32) -> Void
    private let readEnd: Int32
    private let writeEnd: Int32

    /// Traps the signals and starts the thread.
    ///
    /// - Parameters:
    ///   - grace: How long a drain may take.
    ///   - logger: Told when it took longer; must not wait for whoever reads the log.
    ///   - onSignal: Called on the thread with the first signal; must return at once.
    /// - Throws: ``StartFailure`` if the system has no descriptors or threads left.
    static func start(
        grace: Duration, logger: Logger, onSignal: @escaping @Sendable (Int32) -> Void
    ) throws(StartFailure) -> StopWatch {
        let watch = try StopWatch(grace: grace, logger: logger, onSignal: onSignal)
        let retained = Unmanaged.passRetained(watch)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<StopWatch>.fromOpaque(pointer).takeRetainedValue().watch()
            }, retained.toOpaque())
        guard code == 0 else {
            retained.release()
            throw StartFailure(call: "pthread_create", code: code)
        }
        pthread_detach(thread)
        StopSignals.trap(into: watch.writeEnd)
        return watch
    }

    /// The thread that watches for signals could not be made.
    struct StartFailure: Error, Equatable {
        var call: String
        var code: Int32
    }

    private init(
        grace: Duration, logger: Logger, onSignal: @escaping @Sendable (Int32) -> Void
    ) throws(StartFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0,
            fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0
        else {
            throw StartFailure(call: "pipe", code: errno)
        }
        self.grace = grace
        self.logger = logger
        self.onSignal = onSignal
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    /// Starts the grace of a drain that no signal asked for; nothing if it is running.
    func beginDrain() {
        var byte = StopRequests.drainByte
        _ = write(writeEnd, &byte, 1)
    }

    private func watch() -> Never {
        StopSignals.unblock()
        let clock = ContinuousClock()
        var requests = StopRequests()
        var deadline: ContinuousClock.Instant?
        while true {
            guard let byte = nextByte(until: deadline, clock) else {
                logger.error(
                    "drain outlasted the grace, stopping at once", metadata: ["grace": "\(grace.settingText)"])
                end(Self.lateExitCode)
            }
            let action = requests.received(byte)
            if deadline == nil, requests.isDraining { deadline = clock.now + grace }
            switch action {
            case .none: break
            case .drain(let signal): onSignal(signal)
            case .exit(let code): end(code)
            }
        }
    }

    private func end(_ code: Int32) -> Never {
        flushLog()
        _exit(code)
    }

    /// The next byte; nil if none came in time. Without a deadline it waits for ever.
    private func nextByte(until deadline: ContinuousClock.Instant?, _ clock: ContinuousClock) -> UInt8? {
        while true {
            var wait: Int32 = -1
            if let deadline {
                let rest = clock.now.duration(to: deadline).nanoseconds
                guard rest > 0 else { return nil }
                wait = Int32(clamping: rest / 1_000_000 + 1)
            }
            var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, wait) > 0 else { continue }
            var byte: UInt8 = 0
            if read(readEnd, &byte, 1) == 1 { return byte }
        }
    }
}
