import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct ServerTests {
    @Test func `paths, methods and bodies that are none are refused as problems`() async throws {
        try await APIBed.run { bed in
            let cases: [(String, String, [UInt8]?, [String], Int, String)] = [
                ("GET", "/", nil, [], 404, "not-found"), ("GET", "/api/sms/send/", nil, [], 404, "not-found"),
                ("GET", "/api/sms/outbox/x/y", nil, [], 404, "not-found"),
                ("GET", "/api/sms/outbox/", nil, [], 404, "not-found"),
                ("GET", "/api/sms/outbox/nonsense", nil, [], 404, "not-found"),
                ("GET", "/api/sms/send", nil, [], 405, "method-not-allowed"),
                ("DELETE", "/api/sms/outbox", nil, [], 405, "method-not-allowed"),
                ("POST", "/openapi.json", nil, [], 405, "method-not-allowed"),
                ("POST", "/api/sms/send", nil, [], 415, "unsupported-media-type"),
                (
                    "POST", "/api/sms/send", Array("{}".utf8), ["Content-Type: text/plain"], 415,
                    "unsupported-media-type"
                ),
                ("POST", "/api/sms/send", Array("".utf8), [], 400, "not-json"),
                ("POST", "/api/sms/send", Array("{".utf8), [], 400, "not-json"),
                ("POST", "/api/sms/send", Array("[]".utf8), [], 400, "not-json"),
                (
                    "POST", "/api/sms/send", Array(#"{"message":""#.utf8) + [0xFF] + Array(#""}"#.utf8), [], 400,
                    "not-json"
                ),
                ("POST", "/api/sms/send", Array(#"{"a":1,"a":1}"#.utf8), [], 400, "not-json"),
                ("POST", "/api/sms/send", Array("{}".utf8), [], 422, "invalid-fields"),
                (
                    "POST", "/api/sms/send", Array("{}".utf8), ["Content-Type: Application/JSON; charset=utf-8"], 422,
                    "invalid-fields"
                ),
                ("POST", "/api/sms/send", Array(sendBody(#""message":"a\u0000""#).utf8), [], 422, "invalid-fields"),
            ]
            for (method, path, body, headers, status, type) in cases {
                let answer = try await bed.call(method, path, bytes: body, headers: headers)
                #expect(answer.status == status, "\(method) \(path): \(answer.http.text)")
                #expect(answer.text("type") == type)
                #expect(answer.http.headers["content-type"] == "application/problem+json")
                if status == 405 { #expect(answer.http.headers["allow"] != nil) }
            }
        }
    }

    @Test func `a body is bounded, with a length and without`() async throws {
        try await APIBed.run { bed in
            func body(_ count: Int) -> [UInt8] {
                let empty = sendBody(#""unknown":"""#)
                return Array(sendBody(#""unknown":"\#(String(repeating: "x", count: count - empty.utf8.count))""#).utf8)
            }
            #expect(body(BodyBounds.bytesMax).count == BodyBounds.bytesMax)
            #expect(try await bed.call("POST", "/api/sms/send", bytes: body(BodyBounds.bytesMax)).status == 422)
            let large = try await bed.call("POST", "/api/sms/send", bytes: body(BodyBounds.bytesMax + 1))
            #expect(large.status == 413)
            #expect(large.text("type") == "body-too-large")

            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            try await probe.send(
                """
                POST /api/sms/send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer postroom_admin\r\n\
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n
                """)
            let chunk = "4000\r\n" + String(repeating: "x", count: 0x4000) + "\r\n"
            for _ in 0..<5 { try await probe.send(chunk) }
            #expect(try await probe.receive().status == 413)
            // The rest is not waited for.
            #expect(try await probe.isClosedByServer())
        }
    }

    @Test func `a connection serves one request after the other`() async throws {
        try await APIBed.run { bed in
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            for index in 0..<5 {
                let body = sendBody(#""messageId":"k\#(index)""#)
                try await probe.send(
                    "POST /api/sms/send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer postroom_admin\r\n"
                        + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
                #expect(try await probe.receive().status == 201)
            }
        }
    }

    @Test func `HEAD is answered as GET would be, without the body`() async throws {
        try await APIBed.run { bed in
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            for (path, status) in [("/openapi.json", 200), ("/api/sms/balance", 401), ("/nothing", 404)] {
                try await probe.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                let whole = try await probe.receive()
                #expect(whole.status == status)
                try await probe.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                let head = try await probe.receive(hasBody: false)
                #expect(head.status == status)
                #expect(head.headers["content-length"] == String(whole.body.count))
            }
            try await probe.send("HEAD /api/sms/send HTTP/1.1\r\nHost: x\r\n\r\n")
            let refused = try await probe.receive(hasBody: false)
            #expect(refused.status == 405)
            #expect(refused.headers["allow"] == "POST")
            #expect(try await bed.call("DELETE", "/api/sms/outbox").http.headers["allow"] == "GET, HEAD")
        }
    }

    @Test func `who waits to be asked for the body is asked, but not for one that is too long`() async throws {
        try await APIBed.run { bed in
            func head(_ length: Int, _ expectation: String) -> String {
                "POST /api/sms/send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer postroom_admin\r\n"
                    + "Content-Type: application/json\r\nExpect: \(expectation)\r\nContent-Length: \(length)\r\n\r\n"
            }
            let probe = try await HTTPProbe.open(port: bed.port, limit: .seconds(60))
            defer { probe.close() }
            // Twice, as what comes behind an answer of 100 must not be taken for the next one's.
            for expectation in ["100-continue", "100-Continue"] {
                let body = sendBody()
                try await probe.send(head(body.utf8.count, expectation))
                #expect(try await probe.receive().status == 100)
                try await probe.send(body)
                #expect(try await probe.receive().status == 201)
            }
            try await probe.send(head(BodyBounds.bytesMax + 1, "100-continue"))
            #expect(try await probe.receive().status == 413)
        }
    }

    @Test func `where Postgres is away the answer is 503, and that nothing was done`() async throws {
        try await APIBed.run({ $0.storeDeadline = .milliseconds(500) }) { bed in
            #expect(try await bed.send().status == 201)
            try await bed.cutOff()
            let answer = try await bed.send()
            #expect(answer.status == 503, "\(answer.http.text)")
            #expect(answer.text("type") == "unavailable")
            #expect(answer.http.headers["retry-after"] != nil)
        }
    }
}
