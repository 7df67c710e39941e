import Glibc
import Synchronization

/// Where the handler writes; -1 before ``StopSignals/trap(into:)``.
private let stopDescriptor = Atomic<Int32>(-1)

/// The signals that ask a process to stop: SIGTERM from a supervisor, SIGINT from a terminal.
enum StopSignals {
    /// Their numbers, all below 256.
    static let all: [Int32] = [SIGTERM, SIGINT]

    /// From now on each of the signals writes its number as one byte to the descriptor, which must not block.
    ///
    /// Not Dispatch's signal sources (on which UnixSignals is built): they deliver through the pool of threads that may
    /// itself be stuck, and compete with any other handler for the second signal.
    static func trap(into descriptor: Int32) {
        stopDescriptor.store(descriptor, ordering: .sequentiallyConsistent)
        for stop in all {
            // Only what POSIX allows in a handler: an atomic load and write(2).
            signal(stop) { number in
                let savedError = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(stopDescriptor.load(ordering: .relaxed), &byte, 1)
                errno = savedError
            }
        }
    }

    /// Lets this thread take the signals, whatever it inherited.
    static func unblock() {
        var set = sigset_t()
        sigemptyset(&set)
        for stop in all { sigaddset(&set, stop) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
