import Synchronization

/// A program that is run to its end, for what it prints.
enum Command {
    /// Lines kept of the output; the earliest are dropped above it.
    static let linesMax = 1_000

    struct Outcome: Sendable {
        /// nil where it was ended at the limit.
        var exit: ChildExit?
        var lines: [String]
        var text: String { lines.joined(separator: "\n") }
        var succeeded: Bool { exit == .code(0) }
    }

    /// Runs it; ends it (SIGKILL) at the limit or when the calling task is cancelled.
    static func run(_ launch: Launch, within limit: Duration) async throws(ChildProcessFailure) -> Outcome {
        let lines = Lines()
        let child = try ChildProcess.start(launch) { lines.append($0) }
        if let exit = await child.exit(within: limit) { return Outcome(exit: exit, lines: lines.all) }
        child.kill()
        _ = await child.wait()
        return Outcome(exit: nil, lines: lines.all)
    }

    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        var all: [String] { kept.withLock { $0 } }
        func append(_ line: String) {
            kept.withLock { lines in
                if lines.count == Command.linesMax { lines.removeFirst() }
                lines.append(line)
            }
        }
    }
}
