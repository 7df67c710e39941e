import TestSupport

/// `postroom` on the command line.
struct Command: Sendable {
    private let processes: TestProcesses
    private let environment: [String: String]
    private let executable: String

    /// With nothing but these settings; the present version unless told otherwise.
    init(
        _ processes: TestProcesses, url: String? = nil, environment: [String: String] = [:],
        binaries: String = TestEnvironment.binaries
    ) {
        self.processes = processes
        executable = "\(binaries)/postroom"
        self.environment = environment.merging(url.map { ["DATABASE_URL": $0] } ?? [:]) { first, _ in first }
    }

    /// What came of it.
    struct Outcome: Sendable {
        /// `exit code 0`, `signal 9`.
        var end: String
        /// Standard output and standard error.
        var lines: [String]

        var text: String { lines.joined(separator: "\n") }
    }

    /// Starts it.
    func start(_ arguments: String...) async throws -> TestProcess { try await start(arguments) }

    private func start(_ arguments: [String]) async throws -> TestProcess {
        try await processes.start(executable, name: "postroom", arguments: arguments, environment: environment)
    }

    /// Runs it to its end.
    func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    /// The same.
    func run(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> Outcome {
        let process = try await start(arguments)
        guard let end = await process.exit(within: limit) else {
            throw TestSupportFailure("postroom \(arguments) did not end within \(limit)")
        }
        return Outcome(end: "\(end)", lines: process.lines)
    }
}
