import Glibc

/// A secret of a data folder: made in the first run, and the same in every later one.
enum KeptSecret {
    private static let byteCount = 32
    private static let bytesMax = 4_096

    /// The text in a file that only its owner reads; written first where there is none.
    static func text(at path: String) throws -> String {
        if let kept = try read(path) { return kept }
        let made = (0..<byteCount).map { _ in
            let digits = String(UInt8.random(in: 0 ... .max), radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
        try write(made, to: path)
        return made
    }

    /// Writes a text into a file that only its owner reads, in place of what is there.
    static func write(_ text: String, to path: String) throws {
        // Written beside it first, so that half a file is never taken for a whole one.
        let new = "\(path).new"
        unlink(new)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(new) }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(new, path) == 0 else { throw failure(path) }
    }

    private static func read(_ path: String) throws -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else { throw failure(path) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("The secret in \(path) cannot be kept: \(String(cString: strerror(errno))).")
    }
}
