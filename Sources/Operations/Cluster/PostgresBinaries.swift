import Foundation
import Runtime

/// A server's programs on this machine: `postgres`, `initdb`, `pg_ctl`.
package struct PostgresBinaries: Equatable, Sendable {
    /// The folder that holds them.
    package let folder: String
    let version: PostgresVersion

    private static let programs = ["postgres", "initdb", "pg_ctl"]

    /// The full path of one of the programs.
    func path(_ program: String) -> String { "\(folder)/\(program)" }

    /// The newest server of version 15 or later.
    ///
    /// Looks into the folder `POSTROOM_PG_BIN` names, and nowhere else where it is set; otherwise into
    /// `pg_config --bindir`, `/usr/lib/postgresql/*/bin` and the folders of PATH.
    /// - Parameters:
    ///   - major: only this major version will do (a data folder exists); nil takes the newest.
    ///   - environment: of this process.
    /// - Throws: ``ClusterFailure/serverMissing(searched:)``, ``ClusterFailure/serverTooOld(found:folder:)``,
    ///   ``ClusterFailure/binFolderUnusable(path:)``.
    /// - Complexity: starts `postgres --version` once for each folder found.
    package static func find(
        major: Int? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(ClusterFailure) -> PostgresBinaries {
        if let folder = environment[Setting.postgresFolder.name], !folder.isEmpty {
            guard let binaries = await look(into: folder) else { throw .binFolderUnusable(path: folder) }
            return try newest(of: [binaries], major: major, searched: [folder])
        }
        var found: [PostgresBinaries] = []
        let folders = await candidates(environment: environment)
        for folder in folders {
            if let binaries = await look(into: folder) { found.append(binaries) }
        }
        return try newest(of: found, major: major, searched: folders)
    }

    static func newest(
        of found: [PostgresBinaries], major: Int?, searched: [String]
    ) throws(ClusterFailure) -> PostgresBinaries {
        guard let newest = found.max(by: { $0.version < $1.version }) else { throw .serverMissing(searched: searched) }
        guard newest.version.major >= PostgresVersion.majorMin else {
            throw .serverTooOld(found: newest.version, folder: newest.folder)
        }
        guard let major else { return newest }
        return found.filter { $0.version.major == major }.max { $0.version < $1.version } ?? newest
    }

    private static func candidates(environment: [String: String]) async -> [String] {
        let path = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
        var folders: [String] = []
        if let config = path.map({ "\($0)/pg_config" }).first(where: isExecutable),
            let outcome = try? await Command.run(
                Launch(name: "pg_config", executable: config, arguments: ["--bindir"]), within: .seconds(10)),
            outcome.succeeded, let line = outcome.lines.first
        {
            folders.append(line)
        }
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        folders += versions.sorted().map { "\(debian)/\($0)/bin" }
        folders += path.filter { $0.hasPrefix("/") }
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }

    private static func look(into folder: String) async -> PostgresBinaries? {
        guard folder.hasPrefix("/"), programs.allSatisfy({ isExecutable("\(folder)/\($0)") }),
            let outcome = try? await Command.run(
                Launch(name: "postgres", executable: "\(folder)/postgres", arguments: ["--version"]),
                within: .seconds(10)),
            outcome.succeeded, let version = outcome.lines.first.flatMap({ PostgresVersion(versionLine: $0) })
        else { return nil }
        return PostgresBinaries(folder: folder, version: version)
    }
}
