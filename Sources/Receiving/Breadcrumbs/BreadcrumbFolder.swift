import Glibc

/// The breadcrumb files of this machine's worker processes: a process takes the first that no living one holds.
public struct BreadcrumbFolder: Sendable {
    /// Worker processes at most that share a folder.
    public static let filesMax = 256
    private let path: String

    /// Makes the folder, readable by its owner only, where it is missing.
    public init(path: String) throws(BreadcrumbFailure) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw BreadcrumbFailure(path: path, errno: errno) }
    }

    private func file(_ number: Int) throws(BreadcrumbFailure) -> BreadcrumbFile? {
        try BreadcrumbFile(path: "\(path)/parsing-\(number)")
    }

    /// Takes a free file for this process; it may hold leftovers.
    public func take() throws(BreadcrumbFailure) -> BreadcrumbFile {
        for number in 0..<Self.filesMax {
            if let file = try file(number) { return file }
        }
        throw BreadcrumbFailure(path: path, errno: EUSERS)
    }

    /// The files of dead processes that left a trace; each stays locked while it is referred to.
    public func abandoned() throws(BreadcrumbFailure) -> [BreadcrumbFile] {
        var files: [BreadcrumbFile] = []
        for number in 0..<Self.filesMax where access("\(path)/parsing-\(number)", F_OK) == 0 {
            if let file = try file(number), !file.leftovers.isEmpty { files.append(file) }
        }
        return files
    }
}
