import Logging

/// Warns of what may fail many times a second: at once, and then at most once in ``interval``, with the number of failures
/// that were not told in between.
package struct SeldomLog: Sendable {
    /// The least time between two warnings.
    static let interval = Duration.seconds(10)

    private let message: Logger.Message
    private let log: Logger
    private var next: ContinuousClock.Instant?
    private var untold = 0

    /// Has told nothing yet.
    ///
    /// - Parameter message: A constant text.
    package init(_ message: Logger.Message, to log: Logger) {
        self.message = message
        self.log = log
    }

    /// Tells of a failure where it is time to, or counts it.
    ///
    /// - Parameter count: how many it concerns, where that says something.
    package mutating func warn(_ error: any Error, count: Int? = nil, at now: ContinuousClock.Instant = .now) {
        if let next, now < next {
            untold += 1
            return
        }
        var metadata: Logger.Metadata = ["error": "\(error)", "untold": "\(untold)"]
        if let count { metadata["count"] = "\(count)" }
        log.warning(message, metadata: metadata)
        next = now + Self.interval
        untold = 0
    }
}
