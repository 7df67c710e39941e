import Glibc

/// Reads a child's output until its end and hands it on line by line.
struct OutputPump: Sendable {
    /// Longer lines are handed over in pieces of this many bytes.
    static let lineBytesMax = 64 * 1024

    /// Read end of the child's output; closed when the pump has finished.
    let output: Int32
    /// Becomes readable (its other end is closed) when the child has ended; closed as well.
    let ended: Int32
    let line: @Sendable (String) -> Void

    /// Returns at the end of the output; or, once the child has ended, when nothing more is waiting in the pipe.
    ///
    /// A grandchild may hold the pipe open for ever, so waiting for the end of file is not enough.
    func run() {
        defer {
            close(output)
            close(ended)
        }
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        var childEnded = false
        while true {
            let count = read(output, &chunk, chunk.count)
            if count > 0 {
                pending.append(contentsOf: chunk[..<count])
                handLines(&pending)
            } else if count < 0 && errno == EINTR {
                continue
            } else if count < 0 && errno == EAGAIN && !childEnded {
                var waits = [
                    pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: ended, events: Int16(POLLIN), revents: 0),
                ]
                _ = poll(&waits, 2, -1)
                childEnded = waits[1].revents != 0
            } else {
                break
            }
        }
        if !pending.isEmpty { line(String(decoding: pending, as: UTF8.self)) }
    }

    private func handLines(_ pending: inout [UInt8]) {
        var start = pending.startIndex
        while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
            line(String(decoding: pending[start..<end], as: UTF8.self))
            start = end + 1
        }
        pending.removeSubrange(..<start)
        if pending.count >= Self.lineBytesMax {
            line(String(decoding: pending, as: UTF8.self))
            pending.removeAll(keepingCapacity: true)
        }
    }
}
