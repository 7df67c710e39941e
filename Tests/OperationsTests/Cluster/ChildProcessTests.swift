import Foundation
import Glibc
import TestSupport
import Testing

@testable import Operations

@Suite struct ChildProcessTests {
    @Test func `output arrives line by line and whole, with the last line unfinished`() async throws {
        let outcome = try await shell("echo one; echo two >&2; printf three")
        #expect(outcome.exit == .code(0))
        #expect(outcome.lines == ["one", "two", "three"])
    }

    @Test func `a line without an end is handed over in pieces`() async throws {
        let outcome = try await shell("head -c 200000 /dev/zero | tr '\\0' x")
        #expect(outcome.lines.joined().count == 200_000)
        #expect(outcome.lines.allSatisfy { $0.utf8.count < 2 * OutputPump.lineBytesMax })
    }

    @Test(arguments: [("exit 3", ChildExit.code(3)), ("kill -KILL $$", .signal(SIGKILL)), ("true", .code(0))])
    func `the end is told as it was`(script: String, expected: ChildExit) async throws {
        #expect(try await shell(script).exit == expected)
    }

    @Test func `a child inherits no connection, so that its end here is its end`() async throws {
        var ends: [Int32] = [-1, -1]
        // As NIO opens its sockets: without SOCK_CLOEXEC.
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let child = try sleeper("echo ready")
        try await child.ready()
        close(ends[0])
        // A child of another test holds it for the moment between its fork and its exec.
        let other = ends[1]
        try await eventually("this end is told") {
            var byte: UInt8 = 0
            return recv(other, &byte, 1, Int32(MSG_DONTWAIT)) == 0
        }
        #expect(child.process.isRunning)
        close(ends[1])
    }

    @Test func `a child that ends on SIGTERM is let end`() async throws {
        let child = try sleeper("trap 'exit 7' TERM; echo ready")
        try await child.ready()
        #expect(await child.process.terminate(grace: .seconds(30)) == .code(7))
    }

    @Test func `a child that ignores SIGTERM is killed after the grace`() async throws {
        let child = try sleeper("trap '' TERM; echo ready")
        try await child.ready()
        #expect(await child.process.terminate(grace: .milliseconds(50)) == .signal(SIGKILL))
        child.process.signal(SIGTERM)
        #expect(!child.process.isRunning)
    }

    @Test func `a wait ends at its limit and at a cancellation, and the child lives on`() async throws {
        let child = try sleeper("echo ready")
        try await child.ready()
        #expect(await child.process.exit(within: .milliseconds(10)) == nil)
        let task = Task { await child.process.exit(within: nil) }
        task.cancel()
        #expect(await task.value == nil)
        #expect(child.process.isRunning)
        child.process.kill()
        #expect(await child.process.exit(within: nil) == .signal(SIGKILL))
    }

    @Test func `a child outlives the thread that asked for it`() async throws {
        let child = try #require(
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    let launch = Launch(name: "sleep", executable: "/bin/sleep", arguments: ["60"])
                    continuation.resume(returning: try? ChildProcess.start(launch))
                }
            })
        // The thread ends now; were it the child's parent, the death signal would end the child.
        #expect(await child.exit(within: .milliseconds(100)) == nil)
        child.kill()
        _ = await child.wait()
    }

    @Test func `a grandchild that keeps the output open does not keep the end back`() async throws {
        let outcome = try await shell("echo said; sleep 60 & echo $!")
        #expect(outcome.exit == .code(0) && outcome.lines.first == "said")
        if let pid = outcome.lines.last.flatMap({ Int32($0) }) { ProcessStamp(pid: pid)?.signal(SIGKILL) }
    }

    @Test func `signals that we ignore have their default action in the child`() async throws {
        let before = signal(SIGUSR2, SIG_IGN)
        defer { signal(SIGUSR2, before) }
        let outcome = try await shell("sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status")
        let mask = try #require(outcome.lines.first.flatMap { UInt64($0, radix: 16) })
        #expect(mask & (1 << (UInt64(SIGUSR2) - 1)) == 0)
    }

    @Test func `the child gets the environment given and nothing else`() async throws {
        let launch = Launch(name: "env", executable: "/usr/bin/env", environment: ["A": "1 2", "B": ""])
        #expect(try await Command.run(launch, within: .seconds(10)).lines.sorted() == ["A=1 2", "B="])
    }

    @Test(arguments: ["/nowhere/program", "/tmp", "relative"])
    func `what cannot be executed is refused`(path: String) {
        #expect(throws: ChildProcessFailure.notExecutable(path: path)) {
            try ChildProcess.start(Launch(name: "x", executable: path))
        }
    }

    @Test func `a leftover of an earlier run is ended, and no other process is`() async throws {
        let file = NSTemporaryDirectory() + "/ledger-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let ours = try sleeper("echo ready")
        let reused = try sleeper("echo ready")
        try await ours.ready()
        try await reused.ready()
        ProcessLedger(path: file).add(ours.process)
        // The same id with another start time: an id that has been given to someone else since.
        let line = try String(contentsOfFile: file, encoding: .utf8).split(separator: " ")
        let stale = "\(line[0]) \(reused.process.pid) \(reused.process.identity.startTicks + 1) worker\n"
        let otherBoot = "another-boot \(reused.process.pid) \(reused.process.identity.startTicks) worker\n"
        let text = try String(contentsOfFile: file, encoding: .utf8) + stale + otherBoot + "nonsense\n"
        try text.write(toFile: file, atomically: true, encoding: .utf8)

        #expect(await ProcessLedger(path: file).endLeftovers(grace: .seconds(10)) == ["sh"])
        #expect(await ours.process.wait() == .signal(SIGTERM))
        #expect(reused.process.isRunning)
        #expect(try String(contentsOfFile: file, encoding: .utf8).isEmpty)
        reused.process.kill()
        _ = await reused.process.wait()
    }

    @Test func `the start time is read past any name`() {
        let rest = "S 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 9 9"
        #expect(ProcessStamp.parse(stat: "7 (a) b) \(rest)", pid: 7)?.startTicks == 4711)
        #expect(ProcessStamp.parse(stat: "7 (a) Z\(rest.dropFirst())", pid: 7) == nil)
        #expect(ProcessStamp.parse(stat: "7 (a", pid: 7) == nil)
    }

    private func shell(_ script: String) async throws -> Command.Outcome {
        try await Command.run(
            Launch(
                name: "sh", executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"]),
            within: .seconds(30))
    }

    /// A shell that runs the script and then waits to be ended.
    private func sleeper(_ script: String) throws -> Sleeper { try Sleeper(script) }

    private struct Sleeper {
        let process: ChildProcess
        private let lines: AsyncStream<String>

        init(_ script: String) throws {
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            self.lines = lines
            process = try ChildProcess.start(
                Launch(
                    name: "sh", executable: "/bin/sh",
                    arguments: ["-c", script + "; while :; do sleep 0.05; done"],
                    environment: ["PATH": "/usr/bin:/bin"]),
                line: { continuation.yield($0) })
        }

        /// Its first line has come.
        func ready() async throws { for await _ in lines { return } }
    }
}
