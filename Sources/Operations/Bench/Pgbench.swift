import Foundation

/// Postgres's own benchmark on the same cluster: the yardstick.
struct Pgbench: Sendable {
    private let executable: String
    private let bed: BenchBed

    init(_ bed: BenchBed) throws {
        let path = bed.cluster.binaries.path("pgbench")
        guard isExecutable(path) else {
            throw CommandFailure("pgbench is missing: apt-get install postgresql-contrib.")
        }
        executable = path
        self.bed = bed
    }

    /// One row of 250 bytes for each transaction, for this many seconds. Returns rows a second.
    func insert(clients: Int, seconds: Int) async throws -> Double {
        try await script(
            """
            DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;
            CREATE TABLE bench.one_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL);
            """)
        let body = String(repeating: "x", count: 250)
        return try await run(
            "INSERT INTO bench.one_row (body) VALUES ('\(body)');\n",
            ["-c", "\(clients)", "-j", "2", "-T", "\(seconds)"])
    }

    /// Drains bare rows with `DELETE … SKIP LOCKED LIMIT 500`, by this many clients. Returns rows a second.
    func drain(rows: Int, clients: Int) async throws -> Double {
        try await script(
            """
            DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;
            CREATE TABLE bench.queue (seq bigint PRIMARY KEY, webhook_id uuid NOT NULL, source text NOT NULL);
            INSERT INTO bench.queue SELECT n, gen_random_uuid(), 'nxtele-receipt' FROM generate_series(1, \(rows)) AS n;
            """)
        try await script("VACUUM ANALYZE bench.queue")
        let transactions = rows / 500 / clients
        let perSecond = try await run(
            """
            DELETE FROM bench.queue WHERE seq IN (SELECT seq FROM bench.queue ORDER BY seq LIMIT 500 FOR UPDATE SKIP LOCKED);

            """, ["-c", "\(clients)", "-j", "\(clients)", "-t", "\(transactions)"])
        return perSecond * 500
    }

    private func script(_ sql: String) async throws {
        try await bed.pool().withConnection(timeout: .seconds(300)) { connection, deadline in
            try connection.runScript(sql, named: "bench", deadline: deadline)
        }
    }

    /// Transactions a second.
    private func run(_ sql: String, _ arguments: [String]) async throws -> Double {
        let file = "\(bed.folder.state)/pgbench.sql"
        try sql.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try await Command.run(
            Launch(
                name: "pgbench", executable: executable,
                arguments: ["-n", "-M", "prepared", "-f", file] + arguments + [bed.url()]), within: .seconds(600))
        guard outcome.succeeded, let line = outcome.lines.first(where: { $0.hasPrefix("tps = ") }),
            let tps = Double(line.dropFirst("tps = ".count).prefix { !$0.isWhitespace })
        else { throw CommandFailure("pgbench failed: \(outcome.text)") }
        return tps
    }
}
