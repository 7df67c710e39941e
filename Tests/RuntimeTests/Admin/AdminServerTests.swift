import CoreMetrics
import Logging
import ServiceLifecycle
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(1))) struct AdminServerTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let readiness = Readiness()
    private let metrics = PrometheusMetrics()

    /// Runs the admin listener and the other services while `body` runs, then drains them.
    private func withServer(
        _ others: [any Service] = [], _ body: (_ port: Int, _ group: ServiceGroup) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let admin = AdminServer(
            address: ListenAddress(host: "127.0.0.1", port: 0), readiness: readiness, metrics: metrics, logger: logger,
            onListening: { continuation.yield($0.port) })
        let group = ServiceGroup(services: [admin] + others, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(port, group)
            await group.triggerGracefulShutdown()
            try await tasks.next()
        }
    }

    private func status(_ path: String, _ port: Int) async throws -> String {
        status(try await HTTPClient.get(path, port: port))
    }

    private func status(_ answer: String) -> String { String(answer.split(separator: "\r\n").first ?? "") }

    @Test func `health, readiness and metrics are answered`() async throws {
        let database = readiness.addCheck("database")
        let listener = readiness.addCheck("listener")
        metrics.makeCounter(label: "seen_total", dimensions: []).increment(by: 2)
        try await withServer { port, _ in
            #expect(try await status("/healthz", port) == "HTTP/1.1 200 OK")

            var answer = try await HTTPClient.get("/readyz", port: port)
            #expect(status(answer) == "HTTP/1.1 503 Service Unavailable")
            #expect(answer.hasSuffix("not ready: database, listener\n"))

            listener.set(true)
            answer = try await HTTPClient.get("/readyz", port: port)
            #expect(answer.hasSuffix("not ready: database\n"))

            database.set(true)
            answer = try await HTTPClient.get("/readyz", port: port)
            #expect(status(answer) == "HTTP/1.1 200 OK")

            database.set(false)
            answer = try await HTTPClient.get("/readyz", port: port)
            #expect(answer.hasSuffix("not ready: database\n"))

            answer = try await HTTPClient.get("/metrics", port: port)
            #expect(answer.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(answer.contains("seen_total 2\n"))

            #expect(try await status("/", port) == "HTTP/1.1 404 Not Found")
            #expect(try await status("/healthz/x", port) == "HTTP/1.1 404 Not Found")
        }
    }

    @Test(arguments: ["/healthz", "/readyz", "/metrics"])
    func `HEAD is answered as GET is, without a body, and other methods are told which there are`(
        path: String
    ) async throws {
        metrics.makeCounter(label: "seen_total", dimensions: []).increment(by: 2)
        try await withServer { port, _ in
            let answer = try await HTTPClient.get(path, port: port)
            let head = try await HTTPClient.get(path, port: port, method: "HEAD")
            let end = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
            let length = answer[end...].utf8.count
            #expect(length > 0)
            #expect(status(head) == "HTTP/1.1 200 OK")
            #expect(head.hasSuffix("\r\n\r\n"))
            #expect(head.lowercased().contains("content-length: \(length)\r\n"))
            for method in ["POST", "OPTIONS", "DELETE"] {
                let refusal = try await HTTPClient.get(path, port: port, method: method)
                #expect(status(refusal) == "HTTP/1.1 405 Method Not Allowed")
                #expect(refusal.lowercased().contains("allow: get, head\r\n"))
            }
            #expect(
                status(try await HTTPClient.get("/nothing", port: port, method: "POST")) == "HTTP/1.1 404 Not Found")
        }
    }

    @Test func `it answers until the service behind it has stopped, alive but not ready`() async throws {
        let stopping = Gate()
        let release = Gate()
        let slow = ClosureService {
            try? await gracefulShutdown()
            stopping.open()
            await release.wait()
        }
        let beacon = DrainBeacon(readiness: readiness, onDrain: {})
        try await withServer([slow, beacon]) { port, group in
            #expect(try await status("/readyz", port) == "HTTP/1.1 200 OK")
            await group.triggerGracefulShutdown()
            await stopping.wait()
            #expect(try await status("/healthz", port) == "HTTP/1.1 200 OK")
            let answer = try await HTTPClient.get("/readyz", port: port)
            #expect(answer.hasSuffix("not ready: draining\n"))
            release.open()
        }
    }

    @Test func `clients that hang on do not hold up the end`() async throws {
        // A page larger than what the sockets' buffers take, for the client that does not read it.
        let label = String(repeating: "x", count: 100_000)
        for number in 0..<200 { _ = metrics.makeCounter(label: "a", dimensions: [("n", "\(number)\(label)")]) }
        let clients = Captured<HTTPClient>()
        try await withServer { port, _ in
            for text in [
                "", "GET /healthz HTTP/1.1\r\nHos", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
            ] {
                let client = try HTTPClient(port: port)
                clients.append(client)
                try client.send(text)
            }
            try await clients.all.last?.awaitAnswer()
            #expect(try await status("/healthz", port) == "HTTP/1.1 200 OK")
        }
        for client in clients.all { client.close() }
    }

    @Test func `a taken address is told in one sentence`() async throws {
        try await withServer { port, _ in
            let address = ListenAddress(host: "127.0.0.1", port: port)
            let second = AdminServer(address: address, readiness: readiness, metrics: metrics, logger: logger)
            let failure = await #expect(throws: ListenFailure.self) { try await second.run() }
            #expect(failure?.address == address)
            #expect(failure?.description == "cannot listen on \(address): the port is taken by another process")
        }
    }

    @Test func `so is one that no machine has, and a host that nobody knows`() async throws {
        for (host, reason) in [
            ("192.0.2.1", "this machine has no such address"), ("no..such.host", "the host is not known here"),
        ] {
            let address = ListenAddress(host: host, port: 0)
            let server = AdminServer(address: address, readiness: readiness, metrics: metrics, logger: logger)
            let failure = await #expect(throws: ListenFailure.self) { try await server.run() }
            #expect(failure?.description == "cannot listen on \(address): \(reason)")
        }
    }
}
