import Foundation
import Glibc

/// The private folder of the server's Unix socket: in the data folder where its path is fit for that, else in `/tmp`.
struct SocketFolder: Sendable {
    /// Only the file name's number; nothing listens on TCP.
    static let port = 5432
    /// `sun_path` of unix(7), without its closing zero byte.
    static let socketPathBytesMax = 107

    let path: String
    private let record: String?

    /// Makes it, empty; no server runs in the data folder. Removes one that an interrupted run left in `/tmp`.
    init(in folder: DataFolder, user: ServerUser?) throws(ClusterFailure) {
        let record = "\(folder.path)/sockets.path"
        let owner = user?.uid ?? geteuid()
        if let old = try? String(contentsOfFile: record, encoding: .utf8) { Self.remove(old, owner: owner) }
        try? FileManager.default.removeItem(atPath: record)

        let inside = "\(folder.path)/sockets"
        if Self.isFit(inside) {
            // A killed server's socket and its lock, whose process id may live again as something else.
            try? FileManager.default.removeItem(atPath: inside)
            path = inside
            self.record = nil
        } else {
            var template = Array("/tmp/postroom-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else {
                throw .folderNotWritable(folder: "/tmp", reason: String(cString: strerror(errno)))
            }
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            self.record = record
            try? path.write(toFile: record, atomically: true, encoding: .utf8)
        }
        try folder.makePrivate(path, for: user)
    }

    /// Removes it where it lies outside the data folder.
    func removeIfOutside(owner: UInt32) {
        guard let record else { return }
        Self.remove(path, owner: owner)
        try? FileManager.default.removeItem(atPath: record)
    }

    /// Short enough for a socket, and of characters that neither libpq's host list nor the server's setting reads
    /// as a separator.
    static func isFit(_ folder: String) -> Bool {
        let plain = folder.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return plain && "\(folder)/.s.PGSQL.\(port)".utf8.count <= socketPathBytesMax
    }

    /// Only ever a folder of the form made above, and only if it belongs to the server's account.
    private static func remove(_ path: String, owner: UInt32) {
        var status = stat()
        guard path.hasPrefix("/tmp/postroom-"), !path.dropFirst(5).contains("/"), lstat(path, &status) == 0,
            status.st_uid == owner, status.st_mode & S_IFMT == S_IFDIR
        else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
