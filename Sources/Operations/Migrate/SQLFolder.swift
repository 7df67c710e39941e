import Crypto
import Foundation
import Runtime
import Store

/// The `sql/` folder on disk: where it is, and reading it.
package struct SQLFolder: Sendable, Equatable {
    /// The environment variable that names it.
    static let variable = Setting.sqlFolder.name
    /// The largest file that is read, in bytes.
    static let fileBytesMax = 4 * 1_048_576
    /// Files below it that are read at most.
    static let filesMax = 10_000

    /// Its path.
    let path: String

    /// The folder at a path, unchecked.
    package init(path: String) { self.path = path }

    /// Finds it: where the option says, else where the variable says, else `sql/` in the folder of the executable or in
    /// one above it, else `../share/postroom/sql` beside the executable.
    ///
    /// - Parameters:
    ///   - option: what `--sql-dir` says.
    ///   - environment: where ``variable`` is looked up; an empty value counts as absent.
    ///   - executable: the executable's real path.
    static func find(
        option: String?, environment: [String: String], executable: String
    ) throws(SQLFolderFailure) -> SQLFolder {
        if let option { return try named(option, by: "--sql-dir") }
        if let value = environment[variable], !value.isEmpty { return try named(value, by: variable) }
        let start = URL(fileURLWithPath: executable).deletingLastPathComponent()
        var folder = start
        while true {
            let candidate = folder.appendingPathComponent("sql").path
            if holdsMigrations(candidate) { return SQLFolder(path: candidate) }
            let parent = folder.deletingLastPathComponent()
            if parent.path == folder.path { break }
            folder = parent
        }
        let shared = start.deletingLastPathComponent().appendingPathComponent("share/postroom/sql").path
        if holdsMigrations(shared) { return SQLFolder(path: shared) }
        throw .notFound(executable: executable)
    }

    /// Finds it for the process that runs.
    static func find(option: String?, environment: [String: String]) throws(SQLFolderFailure) -> SQLFolder {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return try find(option: option, environment: environment, executable: executable)
    }

    /// Reads its numbered files, `monitor/*.sql` and `roles.sql`. Blocks on the file system.
    ///
    /// - Throws: ``SQLFolderFailure`` where a file cannot be read or the files do not fit each other.
    package func read() throws(SQLFolderFailure) -> MigrationFolder {
        guard var paths = Self.names(in: path) else { throw .fileUnreadable(path: path) }
        if paths.contains("monitor") {
            guard let views = Self.names(in: "\(path)/monitor") else { throw .fileUnreadable(path: "\(path)/monitor") }
            paths += views.map { "monitor/\($0)" }
        }
        paths.removeAll { !$0.hasSuffix(".sql") }
        guard paths.count <= Self.filesMax else { throw .tooManyFiles(folder: path) }
        var sources: [MigrationSource] = []
        for name in paths { sources.append(try source(name)) }
        do { return try MigrationFolder(sources) } catch { throw .problem(error, folder: path) }
    }

    private func source(_ name: String) throws(SQLFolderFailure) -> MigrationSource {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        guard let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize, size <= Self.fileBytesMax else {
            throw .fileTooLarge(path: url.path)
        }
        guard let data = try? Data(contentsOf: url) else { throw .fileUnreadable(path: url.path) }
        // libpq would end the text at a NUL.
        guard let text = String(validating: data, as: UTF8.self), !data.contains(0) else {
            throw .notText(path: url.path)
        }
        return MigrationSource(path: name, text: text, checksum: Self.checksum(of: data))
    }

    /// SHA-256 in hex.
    static func checksum(of data: Data) -> String {
        SHA256.hash(data: data).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
    }

    private static func named(_ path: String, by origin: String) throws(SQLFolderFailure) -> SQLFolder {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        guard holdsMigrations(absolute) else { throw .notAFolder(path: absolute, origin: origin) }
        return SQLFolder(path: absolute)
    }

    /// Whether a numbered file is in it, so that another program's `sql` folder on the way up is not taken for ours.
    private static func holdsMigrations(_ folder: String) -> Bool {
        names(in: folder)?.contains { $0.hasPrefix("0001_") && $0.hasSuffix(".sql") } ?? false
    }

    private static func names(in folder: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: folder)
    }
}
