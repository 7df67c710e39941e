import Domain
import Foundation
import PostgresClient
import Runtime
import Store

/// One run of `postroom up`, from the empty folder to the table of what became of the samples.
struct UpRun: Sendable {
    /// How long the workers may take for a handful of webhooks.
    static let processingTimeout = Duration.seconds(30)

    let data: String
    let port: UInt16
    let apiPort: UInt16
    let sqlFolder: String?
    let keeps: Bool

    func run() async throws {
        // Its sandbox and its samples have no place in a database that somebody uses.
        if Self.hasDatabaseURL {
            Terminal.print("DATABASE_URL is set, and not used: this runs on a Postgres of its own.")
        }
        let folder = try DataFolder.open(data)
        defer { folder.close() }
        let listen = try LocalPort.chosen(port)
        let apiListen = try LocalPort.chosen(apiPort)
        let cluster = try await EmbeddedCluster.start(in: folder) { Terminal.print($0) }
        Terminal.print("PostgreSQL \(cluster.binaries.version) runs in \(folder.path)")
        let fleet = Fleet(folder: folder, binFolder: Self.binFolder)
        var started: UpProcesses?
        do {
            try await migrate(cluster)
            let processes = try UpProcesses(cluster: cluster, ingressPort: listen, apiPort: apiListen)
            started = processes
            try await processes.start(fleet, folder)
            try await show(cluster, processes)
            if keeps { try await keepRunning(cluster, fleet, processes) }
        } catch {
            await Task.detached { [started] in await stop(fleet, cluster, started) }.value
            throw error
        }
        await stop(fleet, cluster, started)
        Terminal.print("Everything is stopped. `--keep` leaves it running.")
    }

    private func stop(_ fleet: Fleet, _ cluster: EmbeddedCluster, _ processes: UpProcesses?) async {
        await fleet.stop()
        await processes?.revokeKey()
        await cluster.stop()
    }

    /// Whether the environment names another database, which would come before the file that the last line names.
    private static var hasDatabaseURL: Bool { ProcessInfo.processInfo.environment["DATABASE_URL"] != nil }

    /// The folder of this executable, where the others stand too.
    static var binFolder: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    private func connectionString(_ cluster: EmbeddedCluster, _ user: String) -> String {
        cluster.connectionString(database: CreatePostroomDatabase.databaseName, user: user)
    }

    private func migrate(_ cluster: EmbeddedCluster) async throws {
        let maintenance = ConnectionPool(
            ConnectionConfiguration(
                connectionString: cluster.connectionString(database: "postgres"), applicationName: "postroom up"),
            capacity: 1)
        if try await !maintenance.run(DatabaseExists(CreatePostroomDatabase.databaseName), timeout: .seconds(30)) {
            try await maintenance.run(CreatePostroomDatabase(), timeout: .seconds(60))
        }
        await maintenance.close()
        let sql = try SQLFolder.find(option: sqlFolder, environment: processEnvironment())
        let migrator = Migrator(
            ConnectionConfiguration(
                connectionString: connectionString(cluster, EmbeddedCluster.superuser),
                applicationName: "postroom up"),
            folder: try sql.read())
        let done = try await migrator.run { _ in }
        Terminal.print(done.isEmpty ? "The schema is up to date" : "Migrated: \(summary(of: done))")
    }

    /// The samples go in twice: first in the wrong order and before the outbox knows the message, then in the right
    /// one.
    private func show(_ cluster: EmbeddedCluster, _ processes: UpProcesses) async throws {
        let (access, listen) = (processes.access, processes.ingressPort)
        let pool = ConnectionPool(
            ConnectionConfiguration(
                connectionString: connectionString(cluster, EmbeddedCluster.superuser),
                applicationName: "postroom up"), capacity: 1)
        let start = Timestamp.now
        let calls = [
            Samples.onoff(key: access.onoffKey), Samples.nxteleInURL(token: access.nxteleToken),
            Samples.nxteleInBody(token: access.nxteleToken),
        ]
        Terminal.print("\nThe examples of both providers' documentation, over HTTP:")
        for call in calls.reversed() { try await send(call, listen: listen) }
        try await settled(pool)
        try await pool.run(acceptedEntry(at: start), timeout: .seconds(10))
        Terminal.print("  (now the outbox learns that the provider had accepted the SMS)")
        for call in calls { try await send(call, listen: listen) }
        try await settled(pool)
        try await matched(pool)
        let since = WebhookID(rawValue: UInt128(start.milliseconds) << 80)
        try await report("What became of them", InboxReport(since: since), pool)
        try await report("outbox.receipt", ReceiptReport(), pool)
        try await report("sms_log.entry", LogReport(), pool)
        try await SendingShow(
            apiPort: processes.apiPort, sandboxPort: processes.sandboxPort, key: processes.apiKey.text, pool: pool
        ).run()
        try await report("outbox.entry", OutboxReport(), pool)
        try await report("billing.ledger_entry", LedgerReport(), pool)
        try await report("monitor.conservation", ConservationReport(), pool)
        Terminal.print("")
        await pool.close()
    }

    private func send(_ call: Samples.Call, listen: UInt16) async throws {
        guard let answer = await offPool({ RawHTTP.send(call.request, port: listen) }) else {
            throw CommandFailure("The ingress did not answer.")
        }
        Terminal.print("  \(call.name.padded(to: 22))-> \(answer.status) \(answer.body)")
        guard answer.status == 200 else { throw CommandFailure("The ingress refused a sample.") }
    }

    private func acceptedEntry(at start: Timestamp) throws -> InsertAcceptedEntry {
        guard let recipient = PhoneNumber(e164: Samples.nxtelePhone) else {
            throw CommandFailure("The sample's number cannot be read.")
        }
        return InsertAcceptedEntry(
            entryID: .new(at: start), attemptID: .new(at: start), recipient: recipient,
            providerMessageID: Samples.nxteleMessageID, message: "Your code is 123456.")
    }

    private func settled(_ pool: ConnectionPool) async throws {
        try await poll { try await pool.run(CountWaiting(), timeout: .seconds(10)) == 0 }
    }

    private func matched(_ pool: ConnectionPool) async throws {
        try await poll {
            try await pool.run(ReceiptReport(), timeout: .seconds(10)).allSatisfy {
                $0.last?.hasPrefix("entry") == true
            }
        }
    }

    private func poll(_ isDone: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + Self.processingTimeout
        while try await !isDone() {
            guard ContinuousClock.now < deadline else {
                throw CommandFailure("The worker did not process the samples within 30 s.")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func report<Report: TextReport>(_ title: String, _ report: Report, _ pool: ConnectionPool) async throws {
        Terminal.print("\n\(title)")
        let rows = try await pool.run(report, timeout: .seconds(10))
        for line in textTable(Report.columns, rows) { Terminal.print("  \(line)") }
    }

    private func keepRunning(_ cluster: EmbeddedCluster, _ fleet: Fleet, _ processes: UpProcesses) async throws {
        let access = processes.access
        Terminal.print(
            """
            It goes on running; Ctrl-C stops it.
              Onoff    POST http://127.0.0.1:\(processes.ingressPort)/v1/onoff/sms            Authorization: x-api-key \(access.onoffKey)
              NXTele   POST http://127.0.0.1:\(processes.ingressPort)/v1/nxtele/dr/\(access.nxteleToken)
              Outbox   POST http://127.0.0.1:\(processes.apiPort)/api/sms/send            Authorization: Bearer \(processes.apiKey.text)
              Sandbox  http://127.0.0.1:\(processes.sandboxPort)/sandbox/accepted
              Postgres psql '\(processes.connectionString("postroom_operator"))'
              Commands \(Self.hasDatabaseURL ? "env -u DATABASE_URL " : "")POSTROOM_ENV_FILE=\(UpProcesses.operatorFile(in: cluster.folder)) \(Self.binFolder)/postroom status
            """)
        let name = await fleet.firstEnd()
        try Task.checkCancellation()
        throw CommandFailure("\(name) has ended by itself; its log is in \(cluster.folder.logs).")
    }
}
