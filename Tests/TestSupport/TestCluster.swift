import Foundation
import Operations

/// A Postgres server of one test's own, to be crashed and started again; migrated.
public actor TestCluster {
    private static let database = "postroom"

    private let path: String
    private var folder: DataFolder?
    private var cluster: EmbeddedCluster?

    /// Makes and starts one.
    ///
    /// - Parameter path: an empty folder, or one that is still to be made.
    public static func start(in path: String) async throws -> TestCluster {
        let cluster = TestCluster(path: path)
        try await cluster.start()
        _ = try await Psql.run(try await cluster.serverURL, ["-c", "CREATE DATABASE \(database)"])
        try await migrateTemplate(url: cluster.url())
        return cluster
    }

    private init(path: String) { self.path = path }

    /// Starts it, after a crash with recovery; at the same address as before.
    public func start() async throws {
        var configuration = EmbeddedCluster.Configuration()
        configuration.sharedBuffersMebibytes = 32
        let folder = try folder ?? DataFolder.open(path)
        self.folder = folder
        cluster = try await EmbeddedCluster.start(in: folder, configuration: configuration)
    }

    /// Ends it as `pg_ctl stop -m immediate` does: no checkpoint, every session cut off.
    public func crash() async throws {
        guard let server = cluster?.server else { throw TestSupportFailure("the server does not run") }
        cluster = nil
        server.signal(SIGQUIT)
        guard await server.exit(within: .seconds(30)) != nil else {
            throw TestSupportFailure("the server did not end within 30 s")
        }
    }

    /// Stops it for good.
    public func stop() async {
        await cluster?.stop()
        cluster = nil
        folder?.close()
        folder = nil
    }

    /// Where a role connects, in libpq's keyword form.
    public func url(user: String = "postgres") throws -> String {
        guard let cluster else { throw TestSupportFailure("the server does not run") }
        return cluster.connectionString(database: Self.database, user: user)
    }

    /// Runs SQL as the superuser through `psql`; see ``TestDatabase/sql(_:user:)``.
    @discardableResult
    public func sql(_ text: String) async throws -> [String] { try await Psql.run(url(), ["-c", text]) }

    private var serverURL: String {
        get throws {
            guard let cluster else { throw TestSupportFailure("the server does not run") }
            return cluster.connectionString(database: "postgres")
        }
    }
}

/// Runs a test with a server of its own and stops it afterwards, also when the test fails.
public func withTestCluster<Result>(
    in path: String, _ body: (TestCluster) async throws -> Result
) async throws -> Result {
    let cluster = try await TestCluster.start(in: path)
    do {
        let result = try await body(cluster)
        await cluster.stop()
        return result
    } catch {
        await cluster.stop()
        throw error
    }
}
