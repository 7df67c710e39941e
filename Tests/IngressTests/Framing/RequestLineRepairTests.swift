import NIOCore
import Testing

@testable import Ingress

struct RequestLineRepairTests {
    /// The documentation's own sample, in the URL, as older accounts send it.
    private static let sample =
        "/v1/nxtele/dr/t?result=DELIVRD&size=1&phone=6282167624806&rate=6.4845&price=0.045"
        + "&messageid=b308d94a73f94e6d84ae975c41f4b2a6&drtime=2021-02-26 10:01:15¤cy=USD"
        + "&sendtime=2021-02-26 10:01:15&status=2"

    @Test func `the documentation's sample is repaired and nothing else of it changes`() throws {
        let text = "GET \(Self.sample) HTTP/1.1\r\nHost: a b\r\nX: ä\r\n\r\n"
        var connection = FramedConnection()
        connection.feed(text)
        let head = try #require(connection.heads.first)
        #expect(head.needsRepair)
        #expect(String(decoding: Array(text.utf8)[head.target.offsets], as: UTF8.self) == Self.sample)
        let repaired = RequestLineRepair.repaired(
            ByteBuffer(string: text), target: head.target.offsets, allocator: ByteBufferAllocator())
        let expected =
            "GET " + Self.sample.replacing(" ", with: "%20").replacing("¤", with: "%C2%A4")
            + " HTTP/1.1\r\nHost: a b\r\nX: ä\r\n\r\n"
        #expect(String(buffer: repaired) == expected)
    }

    @Test(arguments: [
        "/v1/nxtele/dr?a=b c", "/v1/nxtele/dr/t?a=b c", "/v1/nxtele/mo/t?a=b c", "/callback?a=b c",
        "/callback/t?a=b c", "/v1/nxtele/dr?a= HTTP/1.1 b", "/v1/nxtele/dr x", "/v1/nxtele/dr?a=\u{FF}",
        "/v1/nxtele/dr? ", "/v1/nxtele/dr?a=b ",
    ])
    func `a target under NXTele's paths is everything up to the last version`(target: String) {
        var connection = FramedConnection()
        let text = "POST \(target) HTTP/1.1\r\n\r\n"
        connection.feed(text)
        #expect(connection.heads.map(\.needsRepair) == [true])
        let found = connection.heads.first.map { Array(text.utf8)[$0.target.offsets] }
        #expect(found.map { Array($0) } == Array(target.utf8))
    }

    @Test(arguments: [
        "/v1/onoff/sms?a=b c", "/v1/nxtele/drx?a=b c", "/v1/nxtele", "/other?a=ä", "//v1/nxtele/dr?a=b c",
        "http://host/v1/nxtele/dr?a=b c", "/V1/nxtele/dr?a=b c",
    ])
    func `other targets are left to the strict parser`(target: String) {
        var connection = FramedConnection()
        connection.feed("POST \(target) HTTP/1.1\r\n\r\n")
        #expect(connection.heads.map(\.needsRepair) == [false])
    }

    @Test(arguments: ["/v1/nxtele/dr?a=b", "/v1/nxtele/dr/t?a=%20&b=%C2%A4", "/callback"])
    func `a clean target is left alone`(target: String) {
        var connection = FramedConnection()
        connection.feed("POST \(target) HTTP/1.0\r\n\r\n")
        #expect(connection.heads.map(\.needsRepair) == [false])
        #expect(connection.heads.map(\.isVersion10) == [true])
    }

    @Test(arguments: [
        "POST /v1/nxtele/dr?a=\t HTTP/1.1", "POST /v1/nxtele/dr?a=\0 HTTP/1.1", "POST /v1/nxtele/dr?a=\rb HTTP/1.1",
        "POST /v1/nxtele/dr?a=b c HTTP/2.0", "POST /v1/nxtele/dr?a=b c", "POST /v1/nxtele/dr?a=b c HTTP/1.2",
        "POST /v1/nxtele/dr?a=b c\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
    ])
    func `what could be read in two ways is refused`(line: String) {
        var connection = FramedConnection()
        connection.feed("\(line)\r\n\r\nx")
        #expect(connection.events == [.refusal(.malformed)])
    }

    @Test func `a body is never repaired, whatever it looks like`() {
        var connection = FramedConnection()
        let body = "GET /v1/nxtele/dr?a=b c HTTP/1.1\r\n\r\n"
        connection.feed("POST /v1/nxtele/dr HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(connection.heads.count == 1)
        #expect(connection.events.last == .body(Array(body.utf8)))
    }
}
