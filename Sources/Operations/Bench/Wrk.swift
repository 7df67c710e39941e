import Foundation

/// The load generator `wrk`, with bodies that all differ.
struct Wrk: Sendable {
    /// The token the ingress under test takes.
    static let token = "benchtoken"

    /// What a run measured.
    struct Result: Sendable {
        var requestsPerSecond: Double
        /// Milliseconds.
        var p50: Double
        /// Milliseconds.
        var p99: Double
        /// Requests answered with 2xx.
        var answered: Int64
        /// Answers that were not 2xx, and socket errors.
        var failures: Int64
    }

    private let executable: String
    private let script: String
    private let path: String

    /// - Parameter folder: where the script is written.
    init(folder: String, load: WrkLoad = .receipts) throws {
        guard let tool = findTool("wrk") else { throw CommandFailure("wrk is missing: apt-get install wrk.") }
        executable = tool
        script = "\(folder)/\(load.name).lua"
        path = load.path
        try (Self.begin + load.request + Self.end).write(toFile: script, atomically: true, encoding: .utf8)
    }

    /// Sends for this many seconds over this many kept-alive connections.
    func run(port: UInt16, connections: Int, seconds: Int) async throws -> Result {
        let outcome = try await Command.run(
            Launch(
                name: "wrk", executable: executable,
                arguments: [
                    "-t\(Self.threads)", "-c\(connections)", "-d\(seconds)s", "--latency", "-s", script,
                    "http://127.0.0.1:\(port)\(path)",
                ]), within: .seconds(seconds + 60))
        guard outcome.succeeded, let line = outcome.lines.first(where: { $0.hasPrefix("figures ") }) else {
            throw CommandFailure("wrk failed: \(outcome.text)")
        }
        let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard numbers.count == 5 else { throw CommandFailure("wrk printed something else: \(line)") }
        return Result(
            requestsPerSecond: numbers[0], p50: numbers[1], p99: numbers[2],
            answered: Int64(numbers[3] - numbers[4]), failures: Int64(numbers[4]))
    }

    /// Threads, which the scripts depend on: `number` differs in each request.
    private static let threads = 2

    private static let begin = """
        local thread_count = 0
        function setup(thread)
            thread:set("id", thread_count)
            thread_count = thread_count + 1
        end
        function init(args)
            counter = 0
            math.randomseed(os.time() * 8 + id)
            run = string.format("%08x", math.random(0, 0x7fffffff))
        end
        function next_number()
            counter = counter + 1
            return counter * \(threads) + id
        end

        """

    private static let end = """

        function done(summary, latency, requests)
            local errors = summary.errors
            io.write(string.format(
                "figures %f %f %f %d %d\\n", summary.requests / (summary.duration / 1e6),
                latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.requests,
                errors.status + errors.connect + errors.read + errors.write + errors.timeout))
        end
        """
}
