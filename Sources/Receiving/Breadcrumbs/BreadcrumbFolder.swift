import Glibc
import Runtime

/// The breadcrumb files of this machine's worker processes: a process takes the first file that no living process
/// holds.
struct BreadcrumbFolder: Sendable {
    /// How many worker processes may share a folder.
    static let filesMax = 256
    let path: String

    /// Makes the folder, readable by its owner only, where it is missing.
    ///
    /// - Parameters:
    ///   - path: the state folder of this machine's processes.
    ///   - database: what tells the database from others, such as its connection string. Queue numbers mean something
    ///     in one database only, so each has a folder of its own in there.
    init(path: String, database: String) throws(BreadcrumbFailure) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a: the string may hold a password
        for byte in database.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        self.path = "\(path)/webhook-worker-\(String(hash, radix: 16))"
        try Self.makeOwn(path)
        try Self.makeOwn(self.path)
    }

    private static func makeOwn(_ path: String) throws(BreadcrumbFailure) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw BreadcrumbFailure(path: path, errno: errno) }
        if let flaw = flawOfOwnFolder(path) { throw BreadcrumbFailure(path: path, errno: flaw) }
    }

    private func file(_ number: Int) throws(BreadcrumbFailure) -> BreadcrumbFile? {
        try BreadcrumbFile(path: "\(path)/parsing-\(number)")
    }

    /// Takes a free file for this process; it may hold leftovers.
    func take() throws(BreadcrumbFailure) -> BreadcrumbFile {
        for number in 0..<Self.filesMax {
            if let file = try file(number) { return file }
        }
        throw BreadcrumbFailure(path: path, errno: EUSERS)
    }

    /// The files of dead processes that left a trace; each stays locked while it is referred to.
    func abandoned() throws(BreadcrumbFailure) -> [BreadcrumbFile] {
        var files: [BreadcrumbFile] = []
        for number in 0..<Self.filesMax where access("\(path)/parsing-\(number)", F_OK) == 0 {
            if let file = try file(number), !file.leftovers.isEmpty { files.append(file) }
        }
        return files
    }
}
