import Foundation

/// The load generator `wrk`, with form bodies of 250 bytes that all differ.
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
        /// Requests answered with 200.
        var answered: Int64
        /// Answers that were not 2xx, and socket errors.
        var failures: Int64
    }

    private let executable: String
    private let script: String

    /// - Parameter folder: where the script is written.
    init(folder: String) throws {
        guard let path = findTool("wrk") else { throw CommandFailure("wrk is missing: apt-get install wrk.") }
        executable = path
        script = "\(folder)/receipts.lua"
        try Self.lua.write(toFile: script, atomically: true, encoding: .utf8)
    }

    /// Sends for so many seconds over so many kept-alive connections.
    func run(port: UInt16, connections: Int, seconds: Int) async throws -> Result {
        let outcome = try await Command.run(
            Launch(
                name: "wrk", executable: executable,
                arguments: [
                    "-t2", "-c\(connections)", "-d\(seconds)s", "--latency", "-s", script,
                    "http://127.0.0.1:\(port)/v1/nxtele/dr/\(Self.token)",
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

    private static let lua = """
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
        function request()
            counter = counter + 1
            local body = string.format(
                "result=DELIVRD&size=1&phone=62812%08d&rate=6.4845&price=0.045&messageid=%s%x%022x" ..
                "&drtime=2026-11-20+10%%3A01%%3A15&currency=USD&sendtime=2026-11-20+10%%3A01%%3A10&status=2" ..
                "&ext=00000000-0000-4000-8000-000000000000&pad=", counter % 100000000, run, id, counter)
            body = body .. string.rep("x", 250 - #body)
            return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
        end
        function done(summary, latency, requests)
            local errors = summary.errors
            io.write(string.format(
                "figures %f %f %f %d %d\\n", summary.requests / (summary.duration / 1e6),
                latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.requests,
                errors.status + errors.connect + errors.read + errors.write + errors.timeout))
        end
        """
}
