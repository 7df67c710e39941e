import Foundation
import Glibc

/// Where commands write.
enum Terminal {
    /// Whether standard output is a terminal, and not a pipe or a file.
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal; nil where it does not say.
    static var width: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes a line to standard output, at once.
    static func print(_ line: String) { write(line, to: STDOUT_FILENO) }

    /// Writes a line to standard error, at once.
    static func printError(_ line: String) { write(line, to: STDERR_FILENO) }

    private static func write(_ line: String, to descriptor: Int32) {
        var bytes = Array(line.utf8)[...]
        bytes.append(UInt8(ascii: "\n"))
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more, so there is nobody to report it to.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
