import Glibc

/// The file that tells what was really sent: a line for every acceptance, in the kernel's hands before the call is
/// answered, so that it outlives the sandbox.
final class AcceptLog: Sendable {
    private let descriptor: Int32

    /// Opens the file for appending; it is made if it is not there.
    init(path: String) throws(SandboxStartFailure) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotLog(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        close(descriptor)
    }

    /// Appends lines; false where the file did not take all of them, so that their messages must not be accepted.
    func append(_ lines: [UInt8]) -> Bool {
        var rest = lines[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
