import Foundation
import Glibc
import Synchronization

/// A child's output on disk, bounded: at ``bytesMax`` the file becomes `NAME.1` and a new one begins.
final class LogFile: Sendable {
    /// Size at which a file is set aside; a log takes at most twice this.
    static let bytesMax = 16 * 1024 * 1024
    /// How many of the latest lines are kept in memory for messages.
    static let tailLinesMax = 40

    let path: String

    private struct State {
        var descriptor: Int32
        var bytes: Int
        var tail: [String] = []
    }

    private let state: Mutex<State>

    /// Begins a new file; that of the run before becomes `NAME.1`.
    ///
    /// A log that cannot be written loses lines and never stops the child: only the tail in memory remains then.
    init(path: String) {
        self.path = path
        state = Mutex(State(descriptor: Self.begin(path), bytes: 0))
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    func append(_ line: String) {
        state.withLock { state in
            if state.bytes >= Self.bytesMax {
                if state.descriptor >= 0 { close(state.descriptor) }
                state.descriptor = Self.begin(path)
                state.bytes = 0
            }
            if state.tail.count == Self.tailLinesMax { state.tail.removeFirst() }
            state.tail.append(line)
            let bytes = Array((line + "\n").utf8)
            state.bytes += bytes.count
            if state.descriptor >= 0 { _ = write(state.descriptor, bytes, bytes.count) }
        }
    }

    /// The latest lines, oldest first.
    var tail: [String] { state.withLock { $0.tail } }

    private static func begin(_ path: String) -> Int32 {
        _ = rename(path, path + ".1")
        return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    }
}
