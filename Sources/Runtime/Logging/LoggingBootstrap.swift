import Glibc
import Logging
import Synchronization

private struct Bootstrap: Sendable {
    var isDone = false
    var lines: LogLines?
}

private let bootstrap = Mutex(Bootstrap())

/// How long the end of a process waits for what it logged to be written.
private let flushTimeMax = Duration.milliseconds(500)

/// Makes every `Logger` of this process write JSON lines to standard error, and returns the program's own.
///
/// Logging never waits for whoever reads that: see ``LogLines``. What `exit(3)` finds unwritten is written first, in
/// bounded time. The first call decides for the process (swift-log allows one); a later one only makes another logger.
///
/// - Parameters:
///   - label: The executable's name.
///   - level: The least severe level that is written.
package func bootstrapLogging(label: String, level: Logger.Level) -> Logger {
    bootstrap.withLock { bootstrap in
        guard !bootstrap.isDone else { return }
        bootstrap.isDone = true
        let direct = Logger(label: label) { JSONLogHandler(label: $0, level: level, write: StandardError.write) }
        let lines = LogLines.start(
            write: StandardError.write,
            reportDropped: { direct.warning("log lines dropped, as nobody read them", metadata: ["count": "\($0)"]) })
        bootstrap.lines = lines
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level, write: lines?.add ?? StandardError.write) }
        atexit { flushLog() }
    }
    var logger = Logger(label: label)
    logger.logLevel = level
    return logger
}

/// Waits until what was logged is written, but not for long. `exit(3)` does so by itself, `_exit(2)` does not.
func flushLog() { bootstrap.withLock { $0.lines }?.flush(within: flushTimeMax) }
