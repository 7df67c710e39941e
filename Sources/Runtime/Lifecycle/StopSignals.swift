import Glibc
import UnixSignals

/// The signals that ask a process to stop: the first to drain, the second to stop at once.
enum StopSignals {
    /// SIGTERM from a supervisor, SIGINT from a terminal.
    static let all: [UnixSignal] = [.sigterm, .sigint]

    /// The exit code of a process that a signal stopped at once, as a shell tells it.
    static func exitCode(_ signal: Int32) -> Int32 { 128 &+ signal }

    /// From now on the next of the signals ends the process, whatever its threads are doing.
    ///
    /// A handler and not the default action, because that does nothing to a container's process 1. It calls only what
    /// POSIX allows in a handler.
    static func stopAtOnceFromNowOn() {
        for stop in all {
            signal(stop.rawValue) { _exit(128 &+ $0) }
        }
    }

    /// Lets this thread take the signals: Dispatch blocks them in the threads that met one.
    static func unblock() {
        var set = sigset_t()
        sigemptyset(&set)
        for stop in all { sigaddset(&set, stop.rawValue) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
