import Glibc
import Logging
import ServiceLifecycle
import Testing

@testable import Runtime

/// The order of things, with signals from a stream.
@Suite(.timeLimit(.minutes(1))) struct RunServicesTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let readiness = Readiness()
    private let events = Captured<String>()
    private let signals = AsyncStream.makeStream(of: Int32.self)

    private func run(_ services: [any Service]) async -> Int32 {
        await runServices(
            services, signals: signals.stream, readiness: readiness, logger: logger,
            onDrain: { [events, readiness] in events.append("drain, ready: \(readiness.isReady)") })
    }

    /// Notes its end, and whether the process was still ready then.
    private func service(_ name: String, whileStopping: @escaping @Sendable () async -> Void = {}) -> ClosureService {
        ClosureService { [events, readiness] in
            try? await gracefulShutdown()
            await whileStopping()
            events.append("\(name) stops, ready: \(readiness.isReady)")
        }
    }

    @Test func `readiness fails first, then services stop in reverse order, and the code is 0`() async {
        signals.continuation.yield(SIGTERM)
        #expect(await run([service("first"), service("second")]) == 0)
        #expect(events.all == ["drain, ready: false", "second stops, ready: false", "first stops, ready: false"])
    }

    @Test func `services of a bundle are told to stop at the same time`() async {
        let (first, second) = (Gate(), Gate())
        // Each stops only once the other was told, too.
        let bundle = ServiceBundle([
            service("a") {
                first.open()
                await second.wait()
            },
            service("b") {
                second.open()
                await first.wait()
            },
        ])
        signals.continuation.yield(SIGTERM)
        #expect(await run([service("first"), bundle]) == 0)
        #expect(Set(events.all.dropFirst().prefix(2)) == ["a stops, ready: false", "b stops, ready: false"])
        #expect(events.all.last == "first stops, ready: false")
    }

    @Test func `what other services use is closed once they have ended`() async {
        signals.continuation.yield(SIGTERM)
        let closing = ClosingService { [events] in events.append("closed") }
        #expect(await run([closing, service("user")]) == 0)
        #expect(events.all == ["drain, ready: false", "user stops, ready: false", "closed"])
    }

    @Test func `with a delay readiness fails at once, and services hear of it only afterwards`() async {
        signals.continuation.yield(SIGTERM)
        let drained = Captured<ContinuousClock.Instant>()
        let stopped = Captured<ContinuousClock.Instant>()
        let service = ClosureService {
            try? await gracefulShutdown()
            _ = stopped.append(.now)
        }
        let code = await runServices(
            [service], signals: signals.stream, readiness: readiness, drainDelay: .milliseconds(300), logger: logger,
            onDrain: { [readiness] in
                #expect(!readiness.isReady)
                _ = drained.append(.now)
            })
        #expect(code == 0)
        #expect(drained.all[0].duration(to: stopped.all[0]) >= .milliseconds(300))
    }

    @Test func `a service that fails drains the others, and the code is 1`() async {
        struct Broken: Error {}
        let broken = ClosureService { throw Broken() }
        #expect(await run([service("first"), broken, service("last")]) == 1)
        #expect(events.all == ["drain, ready: false", "last stops, ready: false", "first stops, ready: false"])
    }

    @Test func `a service of a bundle that ends without being asked to drains all, and the code is 1`() async {
        #expect(await run([service("first"), ServiceBundle([ClosureService {}, service("beside")])]) == 1)
        #expect(events.all.contains("first stops, ready: false"))
    }

    @Test func `a service that ends without being asked to drains the others, and the code is 1`() async {
        #expect(await run([service("first"), ClosureService {}]) == 1)
        #expect(events.all == ["drain, ready: false", "first stops, ready: false"])
    }
}
