import Logging
import Runtime
import ServiceLifecycle
import Synchronization
import TestSupport

@testable import Ingress

/// A server on ports of its own for the length of one test.
struct RunningServer: Sendable {
    let port: UInt16
    let rawPort: UInt16?
    /// Begins the graceful shutdown.
    let shutDown: @Sendable () async -> Void
    /// Whether it has ended.
    let hasEnded: @Sendable () -> Bool

    /// A configuration with a key, tokens and short names, on loopback.
    static func configuration() -> IngressConfiguration {
        IngressConfiguration(
            reading: SettingsReader(environment: [
                "POSTROOM_INGRESS_LISTEN": "127.0.0.1:0", "POSTROOM_ONOFF_API_KEYS": "shop:K",
                "POSTROOM_NXTELE_TOKENS": "T", "POSTROOM_NXTELE_ACCESSKEY": "fme2na3kdi3ki",
                "POSTROOM_NXTELE_ACCESSSECRET": "abciiiko2k3", "POSTROOM_NXTELE_DR_PATHS": "/callback/dr",
            ]))
    }

    /// Runs a server while `body` runs; the shutdown is graceful, and it must end.
    static func run(
        _ configuration: IngressConfiguration = configuration(), sink: any WebhookSink = RecordingSink(),
        _ body: @Sendable @escaping (RunningServer) async throws -> Void
    ) async throws {
        let (listening, continuation) = AsyncStream.makeStream(of: IngressServer.Listening.self)
        var configuration = configuration
        configuration.eventLoops = 1
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = IngressServer(configuration: configuration, sink: sink, logger: logger) { listening in
            continuation.yield(listening)
            continuation.finish()
        }
        let group = ServiceGroup(services: [server], logger: logger)
        let ended = Ended()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { continuation.finish() }
                try await group.run()
                ended.set()
            }
            for await ports in listening {
                try await body(
                    RunningServer(
                        port: UInt16(ports.port), rawPort: ports.rawPort.map { UInt16($0) },
                        shutDown: { await group.triggerGracefulShutdown() }, hasEnded: { ended.isSet }))
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// One exchange over a connection of its own.
    func exchange(_ request: String) async throws -> HTTPAnswer {
        try await HTTPProbe.send(Array(request.utf8), port: port)
    }

    private final class Ended: Sendable {
        private let flag = Atomic<Bool>(false)
        var isSet: Bool { flag.load(ordering: .acquiring) }
        func set() { flag.store(true, ordering: .releasing) }
    }
}

/// The bytes of a POST.
func post(_ target: String, _ body: String, _ fields: String = "") -> String {
    "POST \(target) HTTP/1.1\r\nHost: a\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
