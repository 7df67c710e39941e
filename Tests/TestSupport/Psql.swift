import Foundation
import Operations
import Synchronization

/// The server's own client, for what tests do beside the code under test: administration, and reading back.
enum Psql {
    /// A whole migration of an empty database takes well under a second.
    private static let timeLimit: Duration = .seconds(60)

    /// Runs the arguments (`-c`, `-f`) in order, stopping at the first error.
    ///
    /// - Returns: the rows, columns separated by `|`, NULL as the empty string.
    static func run(_ url: String, _ arguments: [String]) async throws -> [String] {
        let collect = Collector()
        let child = try ChildProcess.start(
            Launch(
                name: "psql", executable: "/usr/bin/env",
                arguments: ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url] + arguments,
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "PGCONNECT_TIMEOUT": "10"]),
            line: { collect.append($0) })
        let exit = await child.exit(within: timeLimit)
        if exit == nil { child.kill() }
        guard exit == .code(0) else {
            throw TestSupportFailure(
                "psql \(arguments), \(exit?.description ?? "out of time"): \(collect.lines.joined(separator: "\n"))")
        }
        return collect.lines
    }
}

/// The lines of a child's output, the latest ones only.
final class Collector: Sendable {
    static let linesMax = 2_000
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func append(_ line: String) {
        kept.withLock { lines in
            if lines.count == Self.linesMax { lines.removeFirst() }
            lines.append(line)
        }
    }
}
