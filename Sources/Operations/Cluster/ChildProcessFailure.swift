import Glibc

/// Why a child could not be started. Nothing runs after any of these.
package enum ChildProcessFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is not there, or may not be executed.
    case notExecutable(path: String)
    /// `setpriv`, through which every child is started, is not installed.
    case setprivMissing
    /// The system refused; `errno` of the call named.
    case system(call: String, code: Int32)

    /// A sentence, and what to do.
    package var description: String {
        switch self {
        case .notExecutable(let path):
            "\(path) is not there or cannot be executed. Build it with `swift build`, or correct the path."
        case .setprivMissing:
            "The command setpriv was not found. Install Debian's package util-linux (2.33 or later)."
        case .system(let call, let code):
            "\(call) failed: \(String(cString: strerror(code))). The system's limits on processes or open files may be reached."
        }
    }
}
