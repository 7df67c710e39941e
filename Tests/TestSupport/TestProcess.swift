import Foundation
import Operations

/// One of the project's executables, running for a test.
package final class TestProcess: Sendable {
    /// Its name in logs.
    package let name: String
    private let child: ChildProcess
    private let output: Collector

    init(name: String, executable: String, arguments: [String], environment: [String: String]) throws {
        let output = Collector()
        self.name = name
        self.output = output
        let ours = ProcessInfo.processInfo.environment
        let inherited = ours.filter { ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key) }
        child = try ChildProcess.start(
            Launch(
                name: name, executable: executable, arguments: arguments,
                environment: inherited.merging(environment) { _, given in given }),
            line: { output.append($0) })
    }

    /// The process id.
    package var pid: Int32 { child.pid }
    /// Whether it has not ended yet.
    package var isRunning: Bool { child.isRunning }
    /// The lines it has written so far, the latest 2 000.
    package var lines: [String] { output.lines }
    /// The same as one text, for the comment of an expectation.
    package var log: String { "--- \(name) (\(pid))\n" + output.lines.suffix(60).joined(separator: "\n") }

    /// SIGKILL, and waits for the end.
    package func kill() async {
        child.kill()
        _ = await child.wait()
    }

    /// Sends a signal: SIGTERM, SIGSTOP, SIGCONT.
    package func signal(_ number: Int32) { child.signal(number) }

    /// SIGTERM; SIGKILL past the grace.
    package func terminate(grace: Duration = .seconds(60)) async -> ChildExit { await child.terminate(grace: grace) }

    /// Waits for its end; nil where it still runs at the limit.
    package func exit(within limit: Duration) async -> ChildExit? { await child.exit(within: limit) }
}

/// The processes of one test.
package actor TestProcesses {
    private var all: [TestProcess] = []
    private var isOver = false

    /// Starts an executable and waits until it is ready.
    ///
    /// - Parameters:
    ///   - executable: its name in ``TestEnvironment/binaries``, or an absolute path.
    ///   - environment: added to PATH, HOME and LD_LIBRARY_PATH; nothing else is inherited.
    ///   - readyPort: its admin port, asked for `/readyz` until that answers 200; nil does not wait.
    ///   - limit: time until it must be ready.
    /// - Throws: ``TestSupportFailure`` where it ends or is not ready in time.
    package func start(
        _ executable: String, name: String? = nil, arguments: [String] = [], environment: [String: String] = [:],
        readyPort: UInt16? = nil, within limit: Duration = .seconds(60)
    ) async throws -> TestProcess {
        guard !isOver else { throw TestSupportFailure("\(executable) is not started: the test is over") }
        let path = executable.hasPrefix("/") ? executable : "\(TestEnvironment.binaries)/\(executable)"
        let process = try TestProcess(
            name: name ?? executable, executable: path, arguments: arguments, environment: environment)
        all.append(process)
        guard let readyPort else { return process }
        try await eventually(within: limit, "\(process.name) is ready") {
            guard process.isRunning else { throw TestSupportFailure("\(process.name) ended while it started") }
            return (try? await HTTPProbe.get("/readyz", port: readyPort))?.status == 200
        }
        return process
    }

    /// The latest lines of every process, for the comment of an expectation.
    package var logs: String { all.map(\.log).joined(separator: "\n") }

    func killAll() async {
        isOver = true
        for process in all { process.signal(SIGKILL) }
        for process in all { await process.kill() }
    }
}

/// Runs a test with processes and ends all of them (SIGKILL) afterwards, also when the test fails.
///
/// - Throws: what the body throws, together with the processes' logs.
package func withProcesses<Result>(_ body: (TestProcesses) async throws -> Result) async throws -> Result {
    let processes = TestProcesses()
    do {
        let result = try await body(processes)
        await processes.killAll()
        return result
    } catch {
        await processes.killAll()
        throw TestSupportFailure("\(error)\n\(await processes.logs)")
    }
}
