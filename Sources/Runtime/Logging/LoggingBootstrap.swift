import Logging
import Synchronization

private let isLoggingBootstrapped = Mutex(false)

/// Makes every `Logger` of this process write JSON lines to standard error, and returns the program's own.
///
/// The first call decides for the process (swift-log allows one); a later one only makes another logger.
///
/// - Parameters:
///   - label: The executable's name.
///   - level: The least severe level that is written.
public func bootstrapLogging(label: String, level: Logger.Level) -> Logger {
    isLoggingBootstrapped.withLock { isDone in
        guard !isDone else { return }
        isDone = true
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level) }
    }
    var logger = Logger(label: label)
    logger.logLevel = level
    return logger
}
