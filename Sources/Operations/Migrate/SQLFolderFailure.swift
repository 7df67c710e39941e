import Store

/// Why the `sql/` folder cannot be used. Each text is a sentence, and what to do.
package enum SQLFolderFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is nowhere it is looked for.
    case notFound(executable: String)
    /// What the option or the variable names holds no numbered files.
    case notAFolder(path: String, origin: String)
    /// It holds more files than can be Postroom's.
    case tooManyFiles(folder: String)
    /// A file is larger than any migration.
    case fileTooLarge(path: String)
    /// A file or folder cannot be read.
    case fileUnreadable(path: String)
    /// A file is not UTF-8, or has a NUL in it.
    case notText(path: String)
    /// The files do not fit each other.
    case problem(MigrationProblem, folder: String)

    /// A sentence, and what to do.
    package var description: String {
        switch self {
        case .notFound(let executable):
            """
            The sql folder was not found: neither as sql/ above \(executable), nor as ../share/postroom/sql beside it. \
            Name it by --sql-dir or \(SQLFolder.variable).
            """
        case .notAFolder(let path, let origin):
            """
            \(origin) names \(path), but that is no folder with numbered files such as 0001_ops.sql. \
            Name the sql folder that came with this version.
            """
        case .tooManyFiles(let folder):
            "\(folder) holds more than \(SQLFolder.filesMax) SQL files. Name the sql folder that came with this version."
        case .fileTooLarge(let path):
            "\(path) cannot be read, or is larger than \(SQLFolder.fileBytesMax) bytes. Check the file and its rights."
        case .fileUnreadable(let path):
            "\(path) cannot be read. Check its rights."
        case .notText(let path):
            "\(path) is not UTF-8 text. Restore the file as it was released."
        case .problem(let problem, let folder):
            "\(problem) (The folder is \(folder).)"
        }
    }
}
