import Foundation
import PostgresClient
import Runtime
import Store

/// What a bench runs on: a cluster in a temporary folder, fresh databases in it, and processes that end with it.
struct BenchBed: Sendable {
    let cluster: EmbeddedCluster
    let folder: DataFolder
    /// The application's key and secret at the sandbox.
    static let providerKey = "benchkey"
    private let path: String
    private let migrations: MigrationFolder

    /// Log that is kept once it is there, in MiB: more than a measurement writes.
    private static let logMebibytes = 4096
    /// Bytes of tables' files that the kernel keeps before it writes them back; 0: `dirty_background_ratio` decides.
    private static let writeBackSetting = "/proc/sys/vm/dirty_background_bytes"
    /// Size of a file of the log, in MiB.
    private static let logFileMebibytes = 16

    /// Makes one, runs the body, and removes it, whether or not the body succeeds.
    static func with(_ body: @escaping @Sendable (BenchBed) async throws -> Void) async throws {
        let sql = try SQLFolder.find(option: nil, environment: processEnvironment()).read()
        let path = "/var/tmp/postroom-bench-\(getpid())"
        let folder = try DataFolder.open(path)
        var configuration = EmbeddedCluster.Configuration()
        configuration.sharedBuffersMebibytes = 1024
        configuration.writeAheadLogMebibytesMax = 16_384
        configuration.writeAheadLogMebibytesMin = logMebibytes
        let cluster = try await EmbeddedCluster.start(in: folder, configuration: configuration)
        let bed = BenchBed(cluster: cluster, folder: folder, path: path, migrations: sql)
        bed.warnOfWriteBack()
        do {
            try await bed.fillLog()
            try await body(bed)
        } catch {
            await bed.remove()
            throw error
        }
        await bed.remove()
    }

    /// On a machine without `deploy/sysctl.d` one second of every thirty is slow; the output says so.
    private func warnOfWriteBack() {
        guard let text = try? String(contentsOfFile: Self.writeBackSetting, encoding: .utf8), text.hasPrefix("0") else {
            return
        }
        Terminal.printError("  \(Self.writeBackSetting) is 0, not as in deploy/sysctl.d:")
        Terminal.printError("  every 30 s the kernel writes back all at once.")
    }

    private func remove() async {
        await cluster.stop()
        folder.close()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// An empty, migrated database, in place of the last one.
    func freshDatabase() async throws {
        let server = pool(database: "postgres")
        try await server.withConnection(timeout: .seconds(120)) { connection, deadline in
            try connection.runScript(
                "DROP DATABASE IF EXISTS postroom WITH (FORCE)", named: "drop database", deadline: deadline)
            try connection.run(CreatePostroomDatabase(), deadline: deadline)
        }
        await server.close()
        _ = try await Migrator(
            ConnectionConfiguration(connectionString: url(), applicationName: "postroom bench"), folder: migrations
        ).run { _ in }
    }

    /// Where the database is, for a role.
    func url(database: String = CreatePostroomDatabase.databaseName, user: String = EmbeddedCluster.superuser) -> String
    {
        cluster.connectionString(database: database, user: user)
    }

    /// A pool of the owner's.
    func pool(database: String = CreatePostroomDatabase.databaseName) -> ConnectionPool {
        ConnectionPool(
            ConnectionConfiguration(connectionString: url(database: database), applicationName: "postroom bench"),
            capacity: 2)
    }

    /// Does the work that Postgres and upkeep have left after much was written at once, so that they do not do it
    /// while something is measured: in production, the costs of entries an hour old, and of the 35 days before them,
    /// have been computed long since.
    func tidy(_ pool: ConnectionPool) async throws {
        try await pool.withConnection(timeout: .seconds(300)) { connection, deadline in
            try connection.runScript("VACUUM ANALYZE", named: "vacuum", deadline: deadline)
            try connection.runScript(
                "DO $$ BEGIN WHILE billing.fold_due_slice() IS NOT NULL LOOP END LOOP; END $$", named: "costs",
                deadline: deadline)
            try connection.runScript("CHECKPOINT", named: "checkpoint", deadline: deadline)
        }
    }

    /// Fills the log, as in a cluster in use: from then on its files are written again, and none is made while
    /// something is measured, just as `min_wal_size` of `deploy/postgresql.conf` keeps them.
    private func fillLog() async throws {
        let files = Self.logMebibytes / Self.logFileMebibytes
        Terminal.printError("  filling the log: \(Self.logMebibytes) MiB")
        let server = pool(database: "postgres")
        try await server.withConnection(timeout: .seconds(300)) { connection, deadline in
            try connection.runScript(
                """
                DO $$ BEGIN FOR n IN 1..\(files) LOOP
                    PERFORM pg_logical_emit_message(false, 'postroom', 'bench'); PERFORM pg_switch_wal();
                END LOOP; END $$
                """, named: "fill log", deadline: deadline)
            try connection.runScript("CHECKPOINT", named: "checkpoint", deadline: deadline)
        }
        await server.close()
    }

    /// A fleet of the executables that stand beside this one.
    func fleet() -> Fleet { Fleet(folder: folder, binFolder: UpRun.binFolder) }

    /// Starts an ingress; returns the port it takes webhooks on.
    func startIngress(_ fleet: Fleet) async throws -> UInt16 {
        let port = try LocalPort.free()
        let admin = try LocalPort.free()
        try await fleet.start(
            "postroom-ingress",
            environment: [
                "DATABASE_URL": url(user: "postroom_ingress"), "POSTROOM_INGRESS_LISTEN": "127.0.0.1:\(port)",
                "POSTROOM_INGRESS_ADMIN_LISTEN": "127.0.0.1:\(admin)", "POSTROOM_NXTELE_TOKENS": Wrk.token,
                "LOG_LEVEL": "warning",
            ], adminPort: admin)
        return port
    }

    /// Starts a webhook worker with the default number of workers.
    func startWorker(_ fleet: Fleet) async throws {
        let admin = try LocalPort.free()
        try await fleet.start(
            "postroom-webhook-worker",
            environment: [
                "DATABASE_URL": url(user: "postroom_webhook_worker"), "POSTROOM_STATE_DIR": folder.state,
                "POSTROOM_WEBHOOK_WORKER_ADMIN_LISTEN": "127.0.0.1:\(admin)", "LOG_LEVEL": "warning",
            ], adminPort: admin)
    }

    /// Starts a sandbox provider that sends no receipts; returns the port it takes calls on.
    func startSandbox(_ fleet: Fleet, delayMilliseconds: Int) async throws -> UInt16 {
        let port = try LocalPort.free()
        try await fleet.start(
            "postroom",
            arguments: [
                "sandbox", "--listen", "127.0.0.1:\(port)", "--script", "delay=\(delayMilliseconds)ms,no-receipt=1",
                "--appkey", Self.providerKey, "--secretkey", Self.providerKey,
            ], environment: [:], adminPort: port, readyPath: "/sandbox/counts")
        return port
    }

    /// Starts a send worker with this many calls in flight, which begins at once.
    func startSendWorker(_ fleet: Fleet, sandboxPort: UInt16, calls: Int) async throws {
        let admin = try LocalPort.free()
        try await fleet.start(
            "postroom-send-worker",
            environment: [
                "DATABASE_URL": url(user: "postroom_send_worker"),
                "POSTROOM_SEND_WORKER_ADMIN_LISTEN": "127.0.0.1:\(admin)", "POSTROOM_SEND_CALLS": "\(calls)",
                "POSTROOM_NXTELE_URL": "http://127.0.0.1:\(sandboxPort)",
                "POSTROOM_NXTELE_APPKEY": Self.providerKey, "POSTROOM_NXTELE_SECRETKEY": Self.providerKey,
                "LOG_LEVEL": "warning",
            ], adminPort: admin)
    }

    /// Starts an API; returns the port it takes sends on.
    func startAPI(_ fleet: Fleet) async throws -> UInt16 {
        let port = try LocalPort.free()
        let admin = try LocalPort.free()
        try await fleet.start(
            "postroom-api",
            environment: [
                "DATABASE_URL": url(user: "postroom_api"), "POSTROOM_API_LISTEN": "127.0.0.1:\(port)",
                "POSTROOM_API_ADMIN_LISTEN": "127.0.0.1:\(admin)", "LOG_LEVEL": "warning",
            ], adminPort: admin)
        return port
    }

    /// Starts the API's server without a database, which echoes bodies; returns its port.
    func startEchoAPI(_ fleet: Fleet) async throws -> UInt16 {
        let port = try LocalPort.free()
        try await fleet.start(
            "postroom", arguments: ["bench", "api-server", "--port", "\(port)"], environment: [:], adminPort: port,
            readyPath: "/")
        return port
    }
}
