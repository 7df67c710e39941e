import Domain
import Sandbox
import TestSupport

/// A sandbox for the length of one test, and calls to it over real sockets.
struct RunningSandbox: Sendable {
    let server: SandboxServer

    var port: UInt16 { UInt16(server.port) }

    /// Runs a sandbox while `body` runs.
    static func run(
        _ script: String = "", receiptURL: String? = nil, now: Timestamp? = nil,
        _ change: (inout SandboxConfiguration) -> Void = { _ in },
        body: (RunningSandbox) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration()
        configuration.script = try SandboxScript(script)
        configuration.receiptURL = receiptURL
        change(&configuration)
        let server =
            if let now {
                SandboxServer(configuration, now: { now })
            } else {
                SandboxServer(configuration)
            }
        try await server.start(port: 0)
        do {
            try await body(RunningSandbox(server: server))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// A call of the form API for `phone`, with the other fields of the text.
    func send(_ phone: String = "6282167624806", _ fields: String = "content=abc") async throws -> HTTPAnswer {
        try await form("/api/sms/mtsend", "appkey=sandbox&secretkey=sandbox&phone=\(phone)&\(fields)")
    }

    /// A POST of a form over a new connection.
    func form(_ path: String, _ body: String) async throws -> HTTPAnswer {
        try await post(path, body, "Content-Type: application/x-www-form-urlencoded\r\n")
    }

    /// A POST over a new connection.
    func post(_ path: String, _ body: String, _ headers: String) async throws -> HTTPAnswer {
        try await HTTPProbe.send(Self.request(path, body, headers), port: port)
    }

    /// The bytes of a POST.
    static func request(_ path: String, _ body: String, _ headers: String) -> [UInt8] {
        Array(
            "POST \(path) HTTP/1.1\r\nHost: a\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }
}
