import Domain
import NIOCore
import Runtime
import TestSupport
import Testing

@testable import Ingress

/// Over real sockets: what comes in, what is stored, what is answered.
struct IngressRoutesTests {
    @Test(arguments: ["Authorization: x-api-key K\r\n", "x-api-key: K\r\n"])
    func `an Onoff event is stored byte for byte`(key: String) async throws {
        let sink = RecordingSink()
        let before = try #require(Timestamp(iso8601: "2026-01-01T00:00:00Z"))
        try await RunningServer.run(sink: sink) { server in
            let answer = try await server.exchange(
                post(
                    "/v1/onoff/sms", #"{"id":"12345"}"#,
                    key + "Content-Type: application/json\r\nUser-Agent: onoff/1\r\nCookie: secret\r\n"))
            #expect(answer.status == 200)
            #expect(answer.text == "{}")
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.headers["connection"] == nil)
        }
        let webhook = try #require(sink.webhooks.first)
        #expect(sink.webhooks.count == 1)
        #expect(webhook.source == .onoffSMS)
        #expect(webhook.account == "shop")
        #expect(webhook.method == "POST")
        #expect(String(decoding: webhook.path, as: UTF8.self) == "/v1/onoff/sms")
        #expect(webhook.query.isEmpty)
        #expect(webhook.contentType.map { String(decoding: $0, as: UTF8.self) } == "application/json")
        #expect(
            String(decoding: webhook.headers, as: UTF8.self)
                == "content-type: application/json\r\nuser-agent: onoff/1\r\n")
        #expect(String(buffer: webhook.body) == #"{"id":"12345"}"#)
        #expect(webhook.remoteAddress == "127.0.0.1")
        #expect(webhook.receivedAt == webhook.id.timestamp)
        #expect(webhook.receivedAt > before)
        #expect(webhook.byteCount == 13 + 16 + webhook.headers.count + 14)
    }

    @Test func `an NXTele receipt comes by body, by query, or by both, and nothing of its token is stored`()
        async throws
    {
        let sink = RecordingSink()
        try await RunningServer.run(sink: sink) { server in
            for request in [
                post("/v1/nxtele/dr/T", "status=2", "Content-Type: x-www-form-urlencoded\r\n"),
                "GET /v1/nxtele/dr?token=T&status=2 HTTP/1.1\r\n\r\n", post("/v1/nxtele/dr?a=b&token=T", "status=2"),
                post("/callback/dr/T", "status=2"), post("/v1/nxtele/mo/T", "content=hi"),
            ] {
                let answer = try await server.exchange(request)
                #expect(answer.status == 200)
                #expect(answer.text == "success")
                #expect(answer.headers["content-type"] == "text/plain")
            }
        }
        let stored = sink.webhooks.map { webhook in
            "\(webhook.source) \(webhook.method) \(String(decoding: webhook.path, as: UTF8.self))"
                + "?\(String(decoding: webhook.query, as: UTF8.self)) \(String(buffer: webhook.body))"
        }
        #expect(
            stored == [
                "nxtele-receipt POST /v1/nxtele/dr/{token}? status=2",
                "nxtele-receipt GET /v1/nxtele/dr?token=&status=2 ",
                "nxtele-receipt POST /v1/nxtele/dr?a=b&token= status=2",
                "nxtele-receipt POST /callback/dr/{token}? status=2",
                "nxtele-inbound POST /v1/nxtele/mo/{token}? content=hi",
            ])
        #expect(sink.webhooks.allSatisfy { $0.account == "default" })
        #expect(sink.webhooks[0].contentType == Array("x-www-form-urlencoded".utf8))
        #expect(sink.webhooks[1].contentType == nil)
    }

    @Test(arguments: [Array("¤".utf8), [0xA4], Array("%C2%A4".utf8)])
    func `the documentation's sample in the URL is stored as it came`(sign: [UInt8]) async throws {
        let sink = RecordingSink()
        let query =
            Array("drtime=2021-02-26 10:01:15".utf8) + sign + Array("cy=USD&sendtime=2021-02-26 10:01:15&status=2".utf8)
        try await RunningServer.run(sink: sink) { server in
            let probe = try await HTTPProbe.open(port: server.port)
            for _ in 0..<2 {
                try await probe.send(Array("POST /v1/nxtele/dr/T?".utf8) + query + Array(" HTTP/1.1\r\n\r\n".utf8))
                #expect(try await probe.receive().text == "success")
            }
        }
        #expect(sink.webhooks.map(\.query) == [query, query])
    }

    @Test func `the signed form of inbound SMS is verified over the body as sent`() async throws {
        let sink = RecordingSink()
        let fields = "accesskey: fme2na3kdi3ki\r\nts: 1655710885431\r\nbizType: 1\r\naction: send\r\n"
        let body = #"{"name":"牛小信","id":10001}"#
        try await RunningServer.run(sink: sink) { server in
            let right = try await server.exchange(
                post("/v1/nxtele/mo", body, fields + "sign: 87c3560d3331ae23f1021e2025722354\r\n"))
            #expect(right.status == 200)
            let wrong = try await server.exchange(
                post("/v1/nxtele/mo", body + " ", fields + "sign: 87c3560d3331ae23f1021e2025722354\r\n"))
            #expect(wrong.status == 401)
            #expect(wrong.headers["www-authenticate"] == "signature")
            #expect(wrong.text == "error")
        }
        #expect(sink.webhooks.count == 1)
        #expect(sink.webhooks.first?.source == .nxteleInbound)
        #expect(
            sink.webhooks.first.map { String(decoding: $0.headers, as: UTF8.self) }
                == "action: send\r\nbiztype: 1\r\nts: 1655710885431\r\n")
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", 404, [:]), (post("/v1/nxtele/dr/wrong", "a"), 404, [:]),
            (post("/v1/onoff/sms", "a"), 401, ["www-authenticate": "x-api-key"]),
            ("GET /v1/onoff/sms HTTP/1.1\r\n\r\n", 405, ["allow": "POST"]),
            ("DELETE /v1/nxtele/dr/T HTTP/1.1\r\n\r\n", 405, ["allow": "GET, POST"]),
            (post("/v1/nxtele/dr/T", String(repeating: "a", count: 65_537)), 413, ["connection": "close"]),
            ("POST /v1/nxtele/dr/T HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", 413, ["connection": "close"]),
            ("GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n\r\n", 414, ["connection": "close"]),
            ("GET / HTTP/1.1\r\nA: \(String(repeating: "a", count: 17_000))\r\n\r\n", 431, ["connection": "close"]),
            ("GET / HTTP/1.1\r\n\(String(repeating: "a:\r\n", count: 300))\r\n", 431, ["connection": "close"]),
            ("GET / HTTP/3.0\r\n\r\n", 400, ["connection": "close"]), ("no http\r\n\r\n", 400, ["connection": "close"]),
            ("GET /v1/onoff/sms?a=b c HTTP/1.1\r\n\r\n", 400, ["connection": "close"]),
            ("GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", 400, ["connection": "close"]),
            ("POST /v1/nxtele/dr/T HTTP/1.1\r\nContent-Length : 3\r\n\r\nabc", 400, ["connection": "close"]),
            ("POST /v1/nxtele/dr/T HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, ["connection": "close"]),
            (
                "POST /v1/nxtele/dr/T?a=b c HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
                ["connection": "close"]
            ),
        ] as [(String, Int, [String: String])])
    func `a refusal says why and nothing else`(request: String, status: Int, headers: [String: String]) async throws {
        let sink = RecordingSink()
        try await RunningServer.run(sink: sink) { server in
            let answer = try await server.exchange(request)
            #expect(answer.status == status)
            #expect(answer.text == "error")
            for (name, value) in headers { #expect(answer.headers[name] == value) }
        }
        #expect(sink.webhooks.isEmpty)
    }

    @Test func `a HEAD is refused without a body, and the connection goes on`() async throws {
        try await RunningServer.run { server in
            let probe = try await HTTPProbe.open(port: server.port)
            // The probe would wait for a body that HEAD must not have: the next answer is what shows there was none.
            try await probe.send("HEAD /v1/nxtele/dr/T HTTP/1.1\r\n\r\n")
            try await probe.send("GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n")
            let answer = try await probe.receive()
            #expect(answer.status == 405)
            #expect(answer.text == "HTTP/")
        }
    }

    @Test(arguments: [65_535, 65_536])
    func `a body up to the limit is stored`(length: Int) async throws {
        let sink = RecordingSink()
        try await RunningServer.run(sink: sink) { server in
            let body = String(repeating: "a", count: length)
            #expect(try await server.exchange(post("/v1/nxtele/dr/T", body)).status == 200)
            let chunked =
                "POST /v1/nxtele/dr/T HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "\(String(length, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
            let answer = try await server.exchange(chunked)
            #expect(answer.status == 200)
            #expect(answer.headers["connection"] == "close")
        }
        #expect(sink.webhooks.map(\.body.readableBytes) == [length, length])
    }

    @Test func `a chunked body beyond the limit is refused, however it is cut`() async throws {
        let sink = RecordingSink()
        try await RunningServer.run(sink: sink) { server in
            let chunk = "8000\r\n" + String(repeating: "a", count: 32_768) + "\r\n"
            let answer = try await server.exchange(
                "POST /v1/nxtele/dr/T HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)1\r\na\r\n0\r\n\r\n"
            )
            #expect(answer.status == 413)
        }
        #expect(sink.webhooks.isEmpty)
    }

    @Test func `a store that cannot take it answers 503 with Retry-After, and the connection goes on`() async throws {
        let sink = RecordingSink(.unavailable)
        try await RunningServer.run(sink: sink) { server in
            let probe = try await HTTPProbe.open(port: server.port)
            for _ in 0..<2 {
                try await probe.send(post("/v1/nxtele/dr/T", "status=2"))
                let answer = try await probe.receive()
                #expect(answer.status == 503)
                #expect(answer.headers["retry-after"] == "1")
                #expect(answer.text == "error")
            }
        }
    }

    @Test func `X-Forwarded-For is believed from a trusted proxy alone, and the allow list goes by it`() async throws {
        let request = post("/v1/nxtele/dr/T", "a", "X-Forwarded-For: 198.51.100.7, 203.0.113.9\r\n")
        let allowed = try #require(AddressRange("203.0.113.0/24"))
        let loopback = try #require(AddressRange("127.0.0.0/8"))
        for (trusted, status) in [([loopback], 200), ([], 403)] {
            let sink = RecordingSink()
            var configuration = RunningServer.configuration()
            configuration.allowedAddresses = [allowed]
            configuration.trustedProxies = trusted
            try await RunningServer.run(configuration, sink: sink) { server in
                let answer = try await server.exchange(request)
                #expect(answer.status == status)
                if status == 403 { #expect(answer.text == "error") }
            }
            #expect(sink.webhooks.map(\.remoteAddress) == (status == 200 ? ["203.0.113.9"] : []))
        }
    }

    @Test func `100 Continue is sent to who waits for it, and not to who is refused`() async throws {
        try await RunningServer.run { server in
            let probe = try await HTTPProbe.open(port: server.port)
            try await probe.send("POST /v1/nxtele/dr/T HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n")
            #expect(try await probe.receive().status == 100)
            try await probe.send("status=2")
            #expect(try await probe.receive().status == 200)
            try await probe.send("POST /v1/nxtele/dr/x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n")
            let refused = try await probe.receive()
            #expect(refused.status == 404)
            #expect(refused.headers["connection"] == "close")
            #expect(try await probe.isClosedByServer())
        }
    }
}
