import Glibc

/// Whose a spool's folder is: the name its ingress reports it by, by which a copy elsewhere is known.
///
/// It stands in the lock file, as two lines.
package struct SpoolOrigin: Equatable, Sendable {
    /// The machine.
    package var host: String
    /// The folder there.
    package var folder: String

    /// Names a folder.
    package init(host: String, folder: String) {
        self.host = host
        self.folder = folder
    }

    /// What is read of a lock file at most, in bytes: a path and a name are shorter.
    private static let bytesMax = 8_192

    /// Reads it; nil where there is none.
    init?(descriptor: Int32) {
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.bytesMax) { target, count in
            count = max(0, pread(descriptor, target.baseAddress, Self.bytesMax, 0))
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count == 2 else { return nil }
        self.init(host: String(lines[0]), folder: String(lines[1]))
    }

    /// Writes it. On a full disk it may fail, which does not matter: it is for convenience.
    func write(to descriptor: Int32) {
        let bytes = Array("\(host)\n\(folder)\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
}
