import Glibc
import TestSupport
import Testing

/// Workers that are started anew whenever they end, however they end, with the state that they left: a supervisor.
actor WorkerFleet {
    private let stack: Stack
    private let executable: String
    private let environment: [String: String]
    private var running: [Int: TestProcess] = [:]
    private var keepers: [Task<Void, any Error>] = []
    private var isStopping = false
    /// How often each way of ending was met: `signal 9`, `exit code 0`.
    private(set) var ends: [String: Int] = [:]

    init(_ stack: Stack, executable: String = "postroom-webhook-worker", environment: [String: String] = [:]) {
        self.stack = stack
        self.executable = executable
        self.environment = environment
    }

    /// Starts so many, and keeps them going.
    func start(_ count: Int) {
        for place in 0..<count { keepers.append(Task { try await keep(place) }) }
    }

    /// SIGKILL to the one at this place, unless it is just being started.
    func kill(_ place: Int) { running[place]?.signal(SIGKILL) }

    /// Drains all and starts none anew.
    func expectDrained() async {
        isStopping = true
        for process in running.values {
            let end = "\(await process.terminate())"
            // One that was killed just now may be in its first milliseconds, where a signal has its default action.
            #expect(end == "exit code 0" || end == "signal \(SIGTERM)" && process.lines.isEmpty, "\(process.log)")
        }
        for keeper in keepers { _ = try? await keeper.value }
    }

    private func keep(_ place: Int) async throws {
        while !isStopping {
            let process = try await stack.worker(executable, place: place, waits: false, environment: environment)
            running[place] = process
            var end: String?
            while end == nil { end = (await process.exit(within: .seconds(60)))?.description }
            running[place] = nil
            ends[end ?? "", default: 0] += 1
        }
    }
}
