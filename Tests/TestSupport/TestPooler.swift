import Foundation

/// PgBouncer in transaction mode before the test server, with fewer sessions than clients, to be killed and started
/// again.
package actor TestPooler {
    /// Who may connect: it knows nobody else.
    private static let users = [
        "postgres", "postroom_ingress", "postroom_webhook_worker", "postroom_api", "postroom_send_worker",
        "postroom_monitor",
    ]

    /// What it is told unless a test has a file for it.
    private static let settings = """
        [pgbouncer]
        pool_mode = transaction
        max_client_conn = 100
        server_connect_timeout = 2
        server_login_retry = 1

        """

    /// Its port, the same after each start.
    package nonisolated let port: UInt16
    private let command: [String]
    private let processes: TestProcesses
    private var process: TestProcess?

    /// Prepares one.
    ///
    /// - Parameters:
    ///   - folder: an existing one, for its settings; other accounts must be able to enter it.
    ///   - poolSize: its sessions for each database and user.
    ///   - server: another server than the shared one, in libpq's keyword form.
    ///   - settings: a whole file of them; where it listens, for whom, and before which server is added.
    package init(
        _ processes: TestProcesses, folder: String, poolSize: Int, server: String? = nil, settings: String? = nil
    ) throws {
        guard
            let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"].first(
                where: FileManager.default.isExecutableFile(atPath:))
        else { throw TestSupportFailure("the package pgbouncer is not installed") }
        port = try freePort()
        self.processes = processes
        let server = try (server ?? TestEnvironment.serverURL()).split(separator: " ").filter {
            $0.hasPrefix("host=") || $0.hasPrefix("port=")
        }
        let users = Self.users.map { "\"\($0)\" \"\"\n" }.joined()
        try users.write(toFile: "\(folder)/users.txt", atomically: true, encoding: .utf8)
        // The last section of the settings goes on: one that is begun again would begin with the defaults.
        try """
        \(settings ?? Self.settings)
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        auth_type = trust
        auth_file = \(folder)/users.txt
        default_pool_size = \(poolSize)
        logfile =
        pidfile =
        [databases]
        * = \(server.joined(separator: " "))

        """.write(toFile: "\(folder)/pgbouncer.ini", atomically: true, encoding: .utf8)
        // PgBouncer refuses root.
        let other = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        command = (geteuid() == 0 ? other : []) + [program, "\(folder)/pgbouncer.ini"]
    }

    /// Starts it, and waits until it lets somebody through to the database.
    package func start(_ database: TestDatabase) async throws { try await start(database: database.name) }

    /// The same with a database of this name.
    package func start(database: String) async throws {
        let process = try await processes.start(
            command[0], name: "pgbouncer", arguments: Array(command.dropFirst()))
        self.process = process
        let url = url(database: database)
        try await eventually("PgBouncer answers: \(process.log)") { @Sendable in
            (try? await Psql.run(url, ["-c", "SELECT 1"])) == ["1"]
        }
    }

    /// SIGKILL: every connection breaks, on both sides.
    package func kill() async {
        await process?.kill()
        process = nil
    }

    /// Where a role connects to a database through it.
    package nonisolated func url(_ database: TestDatabase, user: String = "postgres") -> String {
        url(database: database.name, user: user)
    }

    /// The same of a database of this name.
    package nonisolated func url(database: String, user: String = "postgres") -> String {
        "host=127.0.0.1 port=\(port) dbname=\(database) user=\(user) sslmode=disable gssencmode=disable"
    }
}
