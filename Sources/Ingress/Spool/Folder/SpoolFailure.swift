import Glibc

/// Why a spool's folder cannot be used.
package struct SpoolFailure: Error, Equatable, Sendable, CustomStringConvertible {
    enum Reason: Equatable, Sendable {
        /// The system's error number.
        case system(Int32)
        /// Another process holds the lock.
        case inUse
        /// There is no spool in it.
        case noSpool
    }

    /// The file or folder.
    let path: String
    let reason: Reason

    init(path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    init(path: String, errno code: Int32) { self.init(path: path, .system(code)) }

    /// A sentence for the operator.
    package var description: String {
        switch reason {
        case .system(let code): "the spool cannot be used: \(path): \(String(cString: strerror(code)))"
        case .inUse:
            "the spool folder \(path) is in use by another process: each ingress needs a folder of its own in "
                + "POSTROOM_SPOOL_DIR"
        case .noSpool: "there is no spool in \(path)"
        }
    }
}
