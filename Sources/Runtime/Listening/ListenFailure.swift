import Glibc
import NIOCore

/// An address that could not be listened on: taken, unknown, or not allowed.
package struct ListenFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The address that was wanted.
    let address: ListenAddress
    /// Why, for the operator.
    let reason: String

    /// Makes the error of what binding threw.
    package init(_ address: ListenAddress, _ error: any Error) {
        self.address = address
        reason = Self.reason(error)
    }

    /// One sentence.
    package var description: String { "cannot listen on \(address): \(reason)" }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "the host is not known here" }
        switch error.errnoCode {
        case EADDRINUSE: return "the port is taken by another process"
        case EACCES: return "ports below 1024 need a privilege this process has not"
        case EADDRNOTAVAIL: return "this machine has no such address"
        default: return String(cString: strerror(error.errnoCode))
        }
    }
}
