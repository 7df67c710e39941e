import Glibc
import PostgresClient
import Runtime

/// The folder of one ingress's spool: names, permissions and the lock.
///
/// `NUMBER.spool` is a segment that holds what may not be in Postgres yet. `NUMBER.spool.damaged` is a segment with an
/// unreadable part, of which everything else is stored. `ID.refused` is one webhook that Postgres refused for itself.
/// Nothing but a stored segment is ever deleted.
struct SpoolFolder: Sendable {
    /// What a file is.
    enum Kind: Equatable, Sendable {
        case segment(Int)
        case damaged(Int)
        case refused
    }

    struct File: Sendable {
        var name: String
        var kind: Kind
        var bytes: Int

        /// Whether it is a segment without even its header.
        var isEmptySegment: Bool {
            guard case .segment = kind else { return false }
            return bytes == 0
        }
    }

    private static let segmentEnding = ".spool"
    private static let damagedEnding = ".spool.damaged"
    private static let refusedEnding = ".refused"
    private static let lockName = "lock"
    /// How long a lock is waited for: its holder may just be ending, or may be a child that has not started its program
    /// yet.
    private static let lockPatience = Duration.seconds(3)
    /// How often it is tried meanwhile.
    private static let lockLookInterval = Duration.milliseconds(20)
    private static let probeName = "probe"
    /// What the probe writes, in bytes: about a group of webhooks.
    private static let probeBytes = 64 << 10

    let path: String

    /// Names a folder; nothing is looked at.
    init(path: String) { self.path = path }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func segmentPath(_ number: Int) -> String {
        let digits = String(number)
        return path(String(repeating: "0", count: max(0, 16 - digits.count)) + digits + Self.segmentEnding)
    }

    /// Makes the folder, and those above it, where they are missing; it must belong to this user, and is closed to all
    /// others.
    func make() throws(SpoolFailure) {
        let parents = path.indices.filter { path[$0] == "/" && $0 > path.startIndex }.map { String(path[..<$0]) }
        for folder in parents + [path] where access(folder, F_OK) != 0 {
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure() }
            // Its name, too, must survive a loss of power, or what is acknowledged in it is lost with it.
            let parent = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "."
            try SpoolFolder(path: parent.isEmpty ? "/" : parent).synchronize()
        }
        if let flaw = flawOfOwnFolder(path) { throw SpoolFailure(path: path, errno: flaw) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure() }
        if status.st_mode & 0o077 != 0, chmod(path, 0o700) != 0 { throw failure() }
    }

    /// Takes the lock. Blocks for ``lockPatience`` at most.
    ///
    /// - Returns: The descriptor that holds it; closing it, or the end of the process, releases it.
    func lock() throws(SpoolFailure) -> Int32 {
        let descriptor = open(path(Self.lockName), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SpoolFailure(path: path(Self.lockName), errno: errno) }
        let end = Deadline.in(Self.lockPatience)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK, !end.hasPassed else {
                close(descriptor)
                throw code == EWOULDBLOCK ? SpoolFailure(path: path, .inUse) : SpoolFailure(path: path, errno: code)
            }
            Deadline.in(Self.lockLookInterval).blockThread()
        }
        return descriptor
    }

    /// Whether it has a lock file: it is or was somebody's spool.
    var hasLock: Bool { access(path(Self.lockName), F_OK) == 0 }

    /// Whether a process holds the lock.
    var isLocked: Bool {
        let descriptor = open(path(Self.lockName), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// Its files, segments in order.
    func files() throws(SpoolFailure) -> [File] {
        guard let directory = opendir(path) else { throw failure() }
        defer { closedir(directory) }
        var files: [File] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard let kind = Self.kind(name), lstat(path(name), &status) == 0, status.st_mode & S_IFMT == S_IFREG
            else { continue }
            files.append(File(name: name, kind: kind, bytes: Int(status.st_size)))
        }
        return files.sorted { ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name) }
    }

    static func kind(_ name: String) -> Kind? {
        if name.hasSuffix(refusedEnding) { return .refused }
        if name.hasSuffix(damagedEnding) { return number(name.dropLast(damagedEnding.count)).map(Kind.damaged) }
        if name.hasSuffix(segmentEnding) { return number(name.dropLast(segmentEnding.count)).map(Kind.segment) }
        return nil
    }

    private static func number(_ digits: Substring) -> Int? {
        digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }

    /// Moves a segment aside, for a person to look at. Returns false where that failed: it then keeps its name.
    func setAside(segment number: Int) -> Bool {
        let old = segmentPath(number)
        guard rename(old, String(old.dropLast(Self.segmentEnding.count)) + Self.damagedEnding) == 0 else {
            return false
        }
        // If a crash undoes the new name, the file has the old one, and the drain comes here again.
        try? synchronize()
        return true
    }

    /// Writes one webhook that Postgres refused to a file of its own, durably; again and again to the same.
    ///
    /// - Returns: Bytes of the file; nil where it was there before.
    func setAside(refused webhook: IncomingWebhook) throws(SpoolFailure) -> Int? {
        var bytes: [UInt8] = []
        let marker = UInt64.random(in: 1...UInt64.max)
        SegmentFormat.appendHeader(marker: marker, to: &bytes)
        SegmentFormat.appendRecord(marker: marker, to: &bytes) { webhook.appendPayload(to: &$0) }
        let name = path("\(webhook.id)\(Self.refusedEnding)")
        let isNew = access(name, F_OK) != 0
        let file = try SpoolFile(path: name, flags: O_TRUNC)
        try file.append(bytes)
        try synchronize()
        return isNew ? bytes.count : nil
    }

    func remove(_ name: String) { unlink(path(name)) }

    /// Deletes a segment. Returns why that failed; a segment that is gone already is no failure.
    func remove(segment number: Int) -> SpoolFailure? {
        let path = segmentPath(number)
        return unlink(path) == 0 || errno == ENOENT ? nil : SpoolFailure(path: path, errno: errno)
    }

    /// Makes the names in it durable.
    func synchronize() throws(SpoolFailure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure() }
    }

    /// Whether a file can be written here now; tries it.
    func canWrite() throws(SpoolFailure) {
        defer { remove(Self.probeName) }
        let file = try SpoolFile(path: path(Self.probeName), flags: O_TRUNC)
        try file.append([UInt8](repeating: 0, count: Self.probeBytes))
    }

    private func failure() -> SpoolFailure { SpoolFailure(path: path, errno: errno) }
}
