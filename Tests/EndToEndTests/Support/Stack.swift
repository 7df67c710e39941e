import TestSupport

/// The processes of one test over one database, each under its own role.
struct Stack: Sendable {
    let processes: TestProcesses
    /// Where a role connects.
    let url: @Sendable (String) -> String
    /// A folder for the workers' state.
    let folder: String
    /// The folder of the executables: those of the present version unless told otherwise.
    var binaries = TestEnvironment.binaries

    /// Over a database of the shared server.
    init(_ processes: TestProcesses, _ database: TestDatabase, folder: String) {
        self.init(processes, folder: folder) { database.url(user: $0) }
    }

    init(_ processes: TestProcesses, folder: String, url: @escaping @Sendable (String) -> String) {
        self.processes = processes
        self.folder = folder
        self.url = url
    }

    /// A running ingress.
    struct Ingress: Sendable {
        let process: TestProcess
        let port: UInt16
        let adminPort: UInt16
    }

    /// Starts an ingress; waits until it is ready unless told otherwise. Its log goes to a file where one is given.
    func ingress(
        port: UInt16? = nil, adminPort: UInt16? = nil, waits: Bool = true, log: String? = nil,
        _ environment: [String: String] = [:]
    ) async throws -> Ingress {
        let port = try port ?? freePort()
        let adminPort = try adminPort ?? freePort()
        let settings = [
            "DATABASE_URL": url("postroom_ingress"), "POSTROOM_INGRESS_LISTEN": "127.0.0.1:\(port)",
            "POSTROOM_INGRESS_ADMIN_LISTEN": "127.0.0.1:\(adminPort)",
            // Where no balancer stands before it.
            "POSTROOM_DRAIN_DELAY": "0s",
            // Where a test says nothing of it, a disk that is busy for seconds refuses nobody.
            "POSTROOM_STORE_DEADLINE": "20s",
        ].merging(Access.environment) { first, _ in first }
        let program = "\(binaries)/postroom-ingress"
        let process = try await processes.start(
            log == nil ? program : "/bin/sh", name: "postroom-ingress",
            arguments: log.map { ["-c", #"exec "$0" 2>"$1""#, program, $0] } ?? [],
            environment: settings.merging(environment) { _, given in given },
            readyPort: waits ? adminPort : nil)
        return Ingress(process: process, port: port, adminPort: adminPort)
    }

    /// Starts a worker.
    ///
    /// - Parameters:
    ///   - place: workers of different places keep their state apart.
    ///   - waits: until it is ready; else returns at once.
    func worker(
        _ executable: String = "postroom-webhook-worker", place: Int = 0, waits: Bool = true,
        environment: [String: String] = [:]
    ) async throws -> TestProcess {
        let adminPort = try freePort()
        let settings = [
            "DATABASE_URL": url("postroom_webhook_worker"), "POSTROOM_STATE_DIR": "\(folder)/worker-\(place)",
            "POSTROOM_WEBHOOK_WORKER_ADMIN_LISTEN": "127.0.0.1:\(adminPort)",
            // A death is a matter of microseconds then; writing a backtrace takes seconds.
            "SWIFT_BACKTRACE": "enable=no",
        ]
        return try await processes.start(
            "\(binaries)/\(executable)", name: "\(executable) \(place)",
            environment: settings.merging(environment) { _, given in given }, readyPort: waits ? adminPort : nil)
    }
}

/// Runs the body with a migrated database of its own and the processes it starts over it.
func withStack(_ body: (Stack, TestDatabase) async throws -> Void) async throws {
    try await withTestDatabase { database in
        try await withTemporaryFolder { folder in
            try await withProcesses { processes in
                try await body(Stack(processes, database, folder: folder), database)
            }
        }
    }
}
