import Logging
import ServiceLifecycle
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(1))) struct PeriodicTests {
    private struct Broken: Error {}

    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let limit = Duration.seconds(7)
    private let delays = Captured<Duration>()
    private let runs = Captured<Int>()

    /// Runs the service until it has slept `sleeps` times, then drains it.
    private func run(
        untilSleeps sleeps: Int, limitPasses: Bool = false, action: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let done = Gate()
        let periodic = Periodic(
            "test", schedule: PeriodicSchedule(interval: .seconds(1), runTimeMax: limit, backoffMax: .seconds(4)),
            logger: logger, jitter: { 0.5 },
            sleep: { [delays, limit] duration in
                if duration == limit {
                    if !limitPasses { await Gate().wait() }
                } else if delays.append(duration) == sleeps {
                    done.open()
                    await Gate().wait()
                }
                try Task.checkCancellation()
            },
            action: { [runs] in try await action(runs.append(1)) })
        let group = ServiceGroup(services: [periodic], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await done.wait()
            await group.triggerGracefulShutdown()
            try await tasks.next()
        }
    }

    @Test func `it runs at once and then after every interval, until it is drained`() async throws {
        try await run(untilSleeps: 3) { _ in }
        #expect(runs.all.count == 3)
        #expect(delays.all == [.seconds(1), .seconds(1), .seconds(1)])
    }

    @Test func `failures make it wait longer, success makes it wait as before`() async throws {
        try await run(untilSleeps: 6) { if $0 <= 4 { throw Broken() } }
        #expect(delays.all == [2, 4, 4, 4, 1, 1].map { .seconds($0) })
    }

    @Test func `a run that takes too long is cancelled and counts as failed`() async throws {
        let cancelled = Captured<Bool>()
        try await run(untilSleeps: 1, limitPasses: true) { _ in
            await Gate().wait()
            cancelled.append(Task.isCancelled)
        }
        #expect(cancelled.all == [true])
        #expect(delays.all == [.seconds(2)])
    }

    @Test func `a drain cancels the run under way`() async throws {
        let started = Gate()
        let periodic = Periodic(
            "test", schedule: PeriodicSchedule(interval: .seconds(1), runTimeMax: limit), logger: logger,
            sleep: { _ in await Gate().wait() },
            action: { [runs] in
                runs.append(1)
                started.open()
                await Gate().wait()
            })
        let group = ServiceGroup(services: [periodic], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await started.wait()
            await group.triggerGracefulShutdown()
            try await tasks.next()
        }
        #expect(runs.all.count == 1)
    }
}
