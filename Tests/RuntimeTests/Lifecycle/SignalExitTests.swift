import Glibc
import Logging
import ServiceLifecycle
import Testing

@testable import Runtime

/// Real signals to real processes: each body runs in a process of its own.
@Suite(.timeLimit(.minutes(1))) struct SignalExitTests {
    @Test func `SIGTERM drains, and the code is 0`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            exit(await run(grace: .seconds(50)) {})
        }
    }

    @Test func `a drain that outlasts the grace ends with code 70 and a line in the log`() async throws {
        let result = try await #require(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            exit(await run(grace: .milliseconds(100)) { await Gate().wait() })
        }
        let log = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(log.contains(#""message":"drain outlasted the grace, stopping at once","metadata":{"grace":"100ms"}}"#))
    }

    @Test func `the grace ends a drain even when every thread of the pool is blocked`() async {
        await #expect(processExitsWith: .exitCode(70)) {
            exit(await run(grace: .milliseconds(100)) { await blockThePool() })
        }
    }

    @Test func `the grace also bounds the drain after a failure`() async {
        struct Broken: Error {}
        await #expect(processExitsWith: .exitCode(70)) {
            let stuck = ClosureService { await Gate().wait() }
            let broken = ClosureService { throw Broken() }
            let logger = bootstrapLogging(label: "test", level: .critical)
            exit(
                await runServices(
                    [stuck, broken], readiness: Readiness(), grace: .milliseconds(100), logger: logger))
        }
    }

    @Test func `a failure ends with code 1`() async {
        struct Broken: Error {}
        await #expect(processExitsWith: .exitCode(1)) {
            let logger = bootstrapLogging(label: "test", level: .critical)
            let broken = ClosureService { throw Broken() }
            exit(await runServices([broken], readiness: Readiness(), grace: .seconds(50), logger: logger))
        }
    }

    @Test func `a second SIGTERM stops at once`() async {
        await #expect(processExitsWith: .exitCode(128 + SIGTERM)) {
            exit(
                await run(grace: .seconds(50)) {
                    kill(getpid(), SIGTERM)
                    await Gate().wait()
                })
        }
    }

    @Test func `a second signal, here SIGINT, stops at once even when every thread of the pool is blocked`() async {
        await #expect(processExitsWith: .exitCode(128 + SIGINT)) {
            exit(
                await run(grace: .seconds(50)) {
                    await blockThePool { kill(getpid(), SIGINT) }
                })
        }
    }

    @Test func `a log that nobody reads does not keep SIGTERM from draining`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            fillStandardError()
            exit(await run(grace: .seconds(50)) {})
        }
    }

    @Test func `a log that nobody reads does not keep the grace from ending the drain`() async {
        await #expect(processExitsWith: .exitCode(70)) {
            fillStandardError()
            exit(await run(grace: .milliseconds(100)) { await Gate().wait() })
        }
    }

    @Test func `a log that nobody reads does not keep a second SIGTERM from stopping at once`() async {
        await #expect(processExitsWith: .exitCode(128 + SIGTERM)) {
            fillStandardError()
            exit(
                await run(grace: .seconds(50)) {
                    kill(getpid(), SIGTERM)
                    await Gate().wait()
                })
        }
    }
}

/// Makes standard error a pipe that is full, and that nobody reads.
private func fillStandardError() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0, fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 else { exit(1) }
    let page = [UInt8](repeating: 0, count: 4_096)
    while write(ends[1], page, page.count) > 0 {}
    guard fcntl(ends[1], F_SETFL, 0) == 0, dup2(ends[1], STDERR_FILENO) >= 0 else { exit(1) }
}

/// Runs one service that sends its own process SIGTERM once it runs, and does `whileStopping` when told to stop.
private func run(grace: Duration, whileStopping: @escaping @Sendable () async -> Void) async -> Int32 {
    let service = ClosureService {
        kill(getpid(), SIGTERM)
        try await gracefulShutdown()
        await whileStopping()
    }
    let logger = bootstrapLogging(label: "test", level: .info)
    return await runServices([service], readiness: Readiness(), grace: grace, logger: logger)
}

/// Keeps every thread that tasks run on from doing anything else, and calls `whenBlocked` on the last of them.
private func blockThePool(whenBlocked: @escaping @Sendable () -> Void = {}) async {
    let threads = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    let blocked = Captured<Void>()
    await withTaskGroup(of: Void.self) { tasks in
        for _ in 0..<(threads + 1) {
            tasks.addTask {
                if blocked.append(()) == threads { whenBlocked() }
                while true { pause() }
            }
        }
    }
}
