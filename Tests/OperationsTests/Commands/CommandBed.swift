import PostgresClient
import Store
import TestSupport

/// A database, and `postroom` as the role postroom_operator on it.
struct CommandBed {
    /// What came of a command.
    struct Outcome {
        /// `exit code 0`.
        var end: String
        /// Standard output and standard error.
        var lines: [String]

        var text: String { lines.joined(separator: "\n") }
    }

    let processes: TestProcesses
    let database: TestDatabase

    /// Runs a command to its end.
    func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    /// The same.
    func run(
        _ arguments: [String], user: String = "postroom_operator", environment: [String: String] = [:]
    ) async throws -> Outcome {
        let process = try await processes.start(
            "postroom", arguments: arguments,
            environment: environment.merging(["DATABASE_URL": database.url(user: user)]) { given, _ in given })
        guard let end = await process.exit(within: .seconds(60)) else {
            throw TestSupportFailure("postroom \(arguments) did not end")
        }
        return Outcome(end: "\(end)", lines: process.lines)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(_ arguments: String...) async throws -> Outcome {
        let outcome = try await run(arguments)
        guard outcome.end == "exit code 0" else {
            throw TestSupportFailure("postroom \(arguments): \(outcome.end)\n\(outcome.text)")
        }
        return outcome
    }

    /// Connections of the operator's role.
    func pool() -> ConnectionPool {
        ConnectionPool(ConnectionConfiguration(connectionString: database.url(user: "postroom_operator")), capacity: 1)
    }
}

/// Runs a test with a bed of its own.
func withCommandBed(_ body: (CommandBed) async throws -> Void) async throws {
    try await withTestDatabase { database in
        try await withProcesses { processes in try await body(CommandBed(processes: processes, database: database)) }
    }
}
