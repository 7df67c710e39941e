import Logging
import Synchronization

/// A log that a test can read.
package final class TestLog: Sendable {
    private let stored = Mutex<[String]>([])

    /// Makes an empty one.
    package init() {}

    /// What was logged so far, a line an event: its level, its message, and its metadata in order.
    package var lines: [String] { stored.withLock { $0 } }

    /// What writes to it, at every level.
    package var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: TestLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, given in given }
            let words = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let line = (["\(event.level)", "\(event.message)"] + words).joined(separator: " ")
            log.stored.withLock { $0.append(line) }
        }
    }
}
