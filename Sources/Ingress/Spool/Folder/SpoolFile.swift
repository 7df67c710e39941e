import Glibc

/// A file that is written from its front and flushed with each write, 0600. For one thread at a time.
///
/// After a failed write or flush nothing is known about the bytes to be written, and a second flush that succeeds would
/// prove nothing (Linux reports a failed write-back once, then forgets it): so the file's owner gives it up.
final class SpoolFile {
    /// For a file that must not be there yet.
    static let mustBeNew = O_EXCL

    let path: String
    /// Bytes that are durable.
    private(set) var durableBytes = 0
    private let descriptor: Int32

    /// Makes the file.
    ///
    /// - Parameter flags: ``mustBeNew``, or `O_TRUNC` for one that is made anew.
    init(path: String, flags: Int32) throws(SpoolFailure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0o600)
        guard descriptor >= 0 else { throw SpoolFailure(path: path, errno: errno) }
    }

    deinit { close(descriptor) }

    /// Adds bytes at the end and waits until the disk has them, under the file's name.
    ///
    /// - Throws: also where somebody has deleted the file, which the disk takes on without a word: what is in it then is
    ///   gone with this process.
    func append(_ bytes: [UInt8]) throws(SpoolFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(
                    descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written,
                    off_t(durableBytes + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SpoolFailure(path: path, errno: count < 0 ? errno : EIO) }
            written += count
        }
        guard fdatasync(descriptor) == 0 else { throw SpoolFailure(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SpoolFailure(path: path, errno: errno) }
        guard status.st_nlink > 0 else { throw SpoolFailure(path: path, errno: ENOENT) }
        durableBytes += bytes.count
    }

    /// Cuts off what is not durable, if the disk still allows it: it was not acknowledged and takes room.
    func giveUp() { _ = ftruncate(descriptor, off_t(durableBytes)) }
}
