import TestSupport
import Testing

@testable import OutboxAPI

/// When a connection goes on, and when it ends.
@Suite struct ConnectionTests {
    private static func head(
        _ target: String, key: String = "admin", type: String = "application/json", _ framing: String
    ) -> String {
        "\(target) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer postroom_\(key)\r\nContent-Type: \(type)\r\n\(framing)\r\n\r\n"
    }

    private static func send(_ body: String) -> String {
        head("POST /api/sms/send", "Content-Length: \(body.utf8.count)") + body
    }

    @Test(arguments: ["Content-Length: 70000", "Transfer-Encoding: chunked"])
    func `behind the answer to a body too large nothing is taken, and the connection ends`(framing: String) async throws
    {
        // The body's time is over with its second part.
        try await APIBed.run({ $0.bodyTimeMax = .zero }) { bed in
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            let isChunked = framing.hasPrefix("Transfer")
            try await probe.send(Self.head("POST /api/sms/send", framing) + (isChunked ? "1\r\nx\r\n1\r\nx\r\n" : ""))
            let answer = try await probe.receive()
            #expect(answer.status == (isChunked ? 408 : 413))
            #expect(answer.headers["connection"] == "close")
            let rest = isChunked ? "0\r\n\r\n" : String(repeating: "x", count: 70_000)
            try? await probe.send(rest + Self.send(sendBody()))
            await #expect(throws: TestSupportFailure.self) { try await probe.receive() }
            #expect(try await probe.isClosedByServer())
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["0"])
        }
    }

    @Test(arguments: [
        ("POST /nothing", "admin", "application/json", 404), ("GET /openapi.json", "admin", "application/json", 200),
        ("DELETE /api/sms/outbox", "admin", "application/json", 405),
        ("POST /api/sms/send", "nobody", "application/json", 401),
        ("POST /api/sms/balance/topup", "reader", "application/json", 403),
        ("POST /api/sms/send", "admin", "text/plain", 415),
    ])
    func `a connection ends behind an answer that was given before the body had come, also if the client stays`(
        target: String, key: String, type: String, status: Int
    ) async throws {
        // There is room for one: another is served once it has ended.
        try await APIBed.run({
            $0.connectionsMax = 1
            $0.idleTimeout = .seconds(600)
        }) { bed in
            try await bed.addKey("reader", scopes: "read")
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            try await probe.send(Self.head(target, key: key, type: type, "Transfer-Encoding: chunked") + "1\r\nx\r\n")
            let answer = try await probe.receive()
            #expect(answer.status == status)
            #expect(answer.headers["connection"] == "close")
            #expect(try await bed.call("GET", "/openapi.json").status == 200)
        }
    }

    @Test(arguments: ["Content-Length: 0\r\n\r\n", "X: y\r\n\r\n", "Content-Length: 2\r\n\r\n{}"])
    func `a connection goes on behind a refusal whose request had come to its end`(rest: String) async throws {
        try await APIBed.run { bed in
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            for _ in 0..<3 {
                try await probe.send("POST /nothing HTTP/1.1\r\nHost: x\r\n" + rest)
                let answer = try await probe.receive()
                #expect(answer.status == 404)
                #expect(answer.headers["connection"] == nil)
            }
            // Several at once, each with its body.
            try await probe.send(
                Self.send(sendBody()) + "POST /nothing HTTP/1.1\r\nHost: x\r\n" + rest + Self.send(sendBody()))
            for status in [201, 404, 201] { #expect(try await probe.receive().status == status) }
        }
    }

    /// The next request may be another caller's, where a balancer uses the connection again.
    @Test(arguments: ["HTTP/1.1", "HTTP/1.0"], [false, true])
    func `behind an answer that does not say close the next request is taken, whatever was said of the connection`(
        version: String, atOnce: Bool
    ) async throws {
        let next = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
        try await APIBed.run { bed in
            for fields in ConnectionFate.spellings {
                for first in [
                    "GET /nothing \(version)\r\nHost: x\r\n\(fields)\r\n",
                    "POST /api/sms/send \(version)\r\nHost: x\r\n\(fields)Content-Length: 2\r\n\r\n{}",
                ] {
                    let fate = try await ConnectionFate.of(first, next: next, atOnce: atOnce, port: bed.port)
                    #expect([.ends, .goesOn(nextStatus: 200)].contains(fate), "\(first.debugDescription)")
                }
            }
            // What ends a parser, it finds behind a body, too.
            for trailer in ConnectionFate.spellings where version == "HTTP/1.1" {
                let first = Self.head("POST /api/sms/send", "Transfer-Encoding: chunked") + "2\r\n{}\r\n0\r\n"
                let fate = try await ConnectionFate.of(
                    first + trailer + "\r\n", next: next, atOnce: atOnce, port: bed.port)
                #expect([.ends, .goesOn(nextStatus: 200)].contains(fate), "\(trailer.debugDescription)")
            }
            let connect = try await ConnectionFate.of(
                "CONNECT a:1 \(version)\r\nHost: a:1\r\n\r\n", next: next, atOnce: atOnce, port: bed.port)
            #expect([.ends, .goesOn(nextStatus: 200)].contains(connect))
        }
    }

    @Test func `of requests that come at once so many are answered, and those with a key all`() async throws {
        try await APIBed.run { bed in
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            try await probe.send(
                String(repeating: "GET /n HTTP/1.1\r\n\r\n", count: 2 * ConnectionBounds.unansweredMax))
            for number in 1...ConnectionBounds.unansweredMax {
                let answer = try await probe.receive()
                #expect(answer.status == 404)
                #expect((answer.headers["connection"] == "close") == (number == ConnectionBounds.unansweredMax))
            }
            await #expect(throws: TestSupportFailure.self) { try await probe.receive() }

            let patient = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { patient.close() }
            let body = sendBody()
            try await patient.send(String(repeating: Self.send(body), count: 150))
            for _ in 0..<150 {
                let answer = try await patient.receive()
                #expect(answer.status == 201)
                #expect(answer.headers["connection"] == nil)
            }
        }
    }

    @Test func `a client of HTTP 1.0 is not asked for a body, and told that the connection ends`() async throws {
        try await APIBed.run { bed in
            let body = sendBody()
            for fields in ["Expect: 100-continue\r\n", "Connection: keep-alive\r\n"] {
                let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
                defer { probe.close() }
                let request = Self.head("POST /api/sms/send", fields + "Content-Length: \(body.utf8.count)") + body
                try await probe.send(request.replacing(" HTTP/1.1\r\n", with: " HTTP/1.0\r\n"))
                let answer = try await probe.receive()
                #expect(answer.status == 201)
                #expect(answer.headers["connection"] == "close")
                #expect(try await probe.isClosedByServer())
            }
        }
    }

    @Test(arguments: ["", "Connection: x\r\n", "Proxy-Connection: keep-alive\r\n", "Connection: Keep-Alive\r\n"])
    func `what says nothing of an end costs no connection`(fields: String) async throws {
        try await APIBed.run { bed in
            let request = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
            let fate = try await ConnectionFate.of(request, next: request, atOnce: false, port: bed.port)
            #expect(fate == .goesOn(nextStatus: 200))
        }
    }

    @Test func `of a field that is not ASCII 512 bytes are looked at`() async throws {
        let most = String(repeating: "\u{301}", count: ConnectionBounds.valueBytesMax / 2)
        #expect(ConnectionBounds.bounded(most).utf8.elementsEqual(most.utf8))
        #expect(ConnectionBounds.bounded(most + "\u{316}").utf8.elementsEqual(most.utf8))
        let ascii = String(repeating: "a", count: 10_000)
        #expect(ConnectionBounds.bounded(ascii) == ascii)
        #expect(ConnectionBounds.bounded(ascii + "\u{301}") == ascii.prefix(ConnectionBounds.valueBytesMax))
        try await APIBed.run { bed in
            let marks = String(repeating: "\u{301}\u{316}", count: 2_000)
            // What was cut is not taken for what it begins with, nor for something that was not given.
            for (field, status) in [
                ("Idempotency-Key: a", 422), ("Content-Type: application/json", 415), ("X-Other: a", 201),
            ] {
                let answer = try await bed.call(
                    "POST", "/api/sms/send", body: sendBody(), headers: [field + marks])
                #expect(answer.status == status)
            }
        }
    }

    @Test func `who reads no answers does not keep the connection`() async throws {
        try await APIBed.run({
            $0.connectionsMax = 1
            ($0.bodyTimeMax, $0.idleTimeout, $0.storeDeadline) = (.zero, .seconds(1), .milliseconds(1))
        }) { bed in
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60), receivesLittle: true)
            defer { probe.close() }
            // More than the server's kernel keeps for it.
            try await probe.send(String(repeating: "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", count: 1_000))
            #expect(try await bed.call("GET", "/openapi.json").status == 200)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nno field\r\n\r\n", "nonsense\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: \r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\nTransfer-Encoding: \r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "GET /\(String(repeating: "x", count: 20_000))",
    ])
    func `what is no HTTP is refused as a problem, and the connection ends`(text: String) async throws {
        try await APIBed.run { bed in
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            try await probe.send(text)
            let answer = APIAnswer(try await probe.receive())
            #expect(answer.status == 400)
            #expect(answer.text("type") == "bad-request")
            #expect(answer.http.headers["content-type"] == "application/problem+json")
            #expect(answer.http.headers["connection"] == "close")
            #expect(try await probe.isClosedByServer())
        }
    }
}
