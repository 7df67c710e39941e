import Testing

@testable import Ingress

struct RequestFramingTests {
    private static let form = "POST /v1/nxtele/dr/t HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nstatus=2"

    @Test func `a form is one head and its body`() {
        var connection = FramedConnection()
        connection.feed(Self.form)
        #expect(
            connection.events == [
                .head("POST /v1/nxtele/dr/t HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n", .length(8)),
                .body(Array("status=2".utf8)),
            ])
        #expect(connection.heads[0].method == .post)
        #expect(connection.heads[0].allowsReuse)
        #expect(connection.framing.isBetweenMessages)
    }

    @Test(arguments: [
        Self.form, Self.form + Self.form,
        "\r\n" + Self.form,
        "GET /v1/nxtele/dr/t?a=b c HTTP/1.1\r\n\r\n" + Self.form,
        "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: a\nContent-Length: 8\r\n\r\n",
        "POST /x HTTP/1.1\r\nContent-Length: 8\r\nContent-Length: 8\r\n\r\nstatus=2",
        "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET /x HTTP/1.1\r\n folded\r\n\r\n", "nonsense\r\n\r\n",
        "GET /" + String(repeating: "a", count: 8_200) + " HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 17_000) + "\r\n\r\n",
    ])
    func `the cuts between reads change nothing`(text: String) {
        var whole = FramedConnection()
        whole.feed(text)
        var single = FramedConnection()
        for byte in text.utf8 { single.feed([byte]) }
        var tens = FramedConnection()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            tens.feed(rest.prefix(10))
            rest = rest.dropFirst(10)
        }
        #expect(!whole.events.isEmpty)
        #expect(single.events == whole.events)
        #expect(tens.events == whole.events)
    }

    @Test func `the next message waits for the answer to this one`() {
        var connection = FramedConnection()
        connection.answersAtOnce = false
        connection.feed(Self.form + Self.form)
        #expect(connection.heads.count == 1)
        #expect(connection.held == Array(Self.form.utf8))
        connection.answer()
        connection.feed("")
        #expect(connection.heads.count == 2)
        #expect(connection.held.isEmpty)
    }

    @Test func `after an answer that closes everything is dropped`() {
        var connection = FramedConnection()
        connection.feed("GET / HTTP/1.1\r\nConnection: close\r\n\r\n" + Self.form)
        #expect(connection.heads.count == 1)
        #expect(connection.held.isEmpty)
    }

    @Test func `an answer before the body's end closes`() {
        var connection = FramedConnection()
        connection.answersAtOnce = false
        connection.feed("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nab")
        #expect(connection.framing.isBodyMissing)
        connection.answer()
        connection.feed(String(repeating: "x", count: 98) + Self.form)
        #expect(connection.heads.count == 1)
        #expect(connection.held.isEmpty)
    }

    @Test(arguments: [
        ("no length", "", RequestHead.Body.none), ("length", "Content-Length: 3\r\n", .length(3)),
        ("zero", "content-length:0\r\n", .length(0)), ("leading zeros", "Content-Length: 003\r\n", .length(3)),
        ("white space", "Content-Length: \t 3 \t\r\n", .length(3)),
        ("chunked", "Transfer-Encoding: Chunked\r\n", .chunked),
        ("18 digits", "Content-Length: 999999999999999999\r\n", .length(999_999_999_999_999_999)),
    ])
    func `the body's end is known`(_ name: String, fields: String, body: RequestHead.Body) {
        var connection = FramedConnection()
        connection.answersAtOnce = false
        connection.feed("POST /x HTTP/1.1\r\n\(fields)\r\n")
        #expect(connection.heads.map(\.body) == [body])
    }

    @Test(arguments: [
        "Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length:\r\n", "Content-Length: \r\n", "Content-Length: -1\r\n", "Content-Length: +1\r\n",
        "Content-Length: 1, 1\r\n", "Content-Length: 0x10\r\n", "Content-Length: 1 1\r\n",
        "Content-Length: 9999999999999999999\r\n", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\r\n", " folded: line\r\n", "A: b\r\n\tfolded\r\n", "no colon\r\n", ": no name\r\n",
        "A: b\rC: d\r\n", "A: b\nC: d\r\n",
    ])
    func `fields that leave doubt are refused`(fields: String) {
        var connection = FramedConnection()
        connection.feed("POST /x HTTP/1.1\r\n\(fields)\r\nabc")
        #expect(connection.events == [.refusal(.malformed)])
        connection.feed(Self.form)
        #expect(connection.events.count == 1)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\r\n\n", "\nGET / HTTP/1.1\r\n\r\n", "\r\n\r\n",
        "\rGET / HTTP/1.1\r\n\r\n", "GET\r\n\r\n", " GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\r\n\r\n",
    ])
    func `lines end in CRLF and begin with a method`(text: String) {
        var connection = FramedConnection()
        connection.feed(text)
        #expect(connection.events.first == .refusal(.malformed))
    }

    @Test(arguments: [(8_191, nil), (8_192, nil), (8_193, RequestFraming.Refusal.requestLineTooLong)])
    func `a request line has its longest length`(length: Int, refusal: RequestFraming.Refusal?) {
        let padding = String(repeating: "a", count: length - "GET / HTTP/1.1".utf8.count)
        var connection = FramedConnection()
        connection.feed("GET /\(padding) HTTP/1.1\r\n\r\n")
        #expect(connection.events.first.map { if case .refusal(let reason) = $0 { reason } else { nil } } == refusal)
    }

    @Test(arguments: [(16_383, nil), (16_384, nil), (16_385, RequestFraming.Refusal.headTooLarge)])
    func `a head has its longest length`(length: Int, refusal: RequestFraming.Refusal?) {
        let padding = String(repeating: "a", count: length - "GET / HTTP/1.1\r\nA: \r\n\r\n".utf8.count)
        var connection = FramedConnection()
        connection.feed("GET / HTTP/1.1\r\nA: \(padding)\r\n\r\n")
        #expect(connection.events.first.map { if case .refusal(let reason) = $0 { reason } else { nil } } == refusal)
    }

    @Test func `a line without an end is refused as soon as it is too long`() {
        var line = FramedConnection()
        line.feed("GET /" + String(repeating: "a", count: 8_189))
        #expect(line.events == [.refusal(.requestLineTooLong)])
        var head = FramedConnection()
        head.feed("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 16_366))
        #expect(head.events == [.refusal(.headTooLarge)])
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: foo, Close\r\n", false), ("HTTP/1.1", "Connection: closed\r\n", true),
        ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
        ("HTTP/1.1", "Upgrade: h2c\r\n", false), ("HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n", false),
    ])
    func `a connection is used again where both sides can`(version: String, fields: String, reusable: Bool) {
        var connection = FramedConnection()
        connection.feed("GET /x \(version)\r\n\(fields)\r\n")
        #expect(connection.heads.map(\.allowsReuse) == [reusable])
    }

    @Test func `the fields that matter are found whatever their case, and of a repeated one the first stands`() {
        let text =
            "POST /x HTTP/1.1\r\nAUTHORIZATION: x-api-key k \r\nX-Api-Key:k\r\ncontent-TYPE: text/plain\r\n"
            + "User-Agent: u\r\naccesskey: a\r\nAction: mo\r\nbizType: 4\r\nTS: 5\r\nSign: 6\r\nAlgorithm: md5\r\n"
            + "Expect: 100-Continue\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\nAction: dr\r\n\r\n"
        var connection = FramedConnection()
        connection.feed(text)
        let head = connection.heads[0]
        let bytes = Array(text.utf8)
        func value(_ range: FieldRange?) -> String? { range.map { String(decoding: bytes[$0.offsets], as: UTF8.self) } }
        #expect(value(head.authorization) == "x-api-key k")
        #expect(value(head.apiKey) == "k")
        #expect(value(head.contentType) == "text/plain")
        #expect(value(head.userAgent) == "u")
        #expect(value(head.accessKey) == "a")
        #expect(value(head.action) == "mo")
        #expect(value(head.bizType) == "4")
        #expect(value(head.ts) == "5")
        #expect(value(head.sign) == "6")
        #expect(value(head.algorithm) == "md5")
        #expect(head.expectsContinue)
        #expect(head.forwardedFor.map { value($0) } == ["1.2.3.4", "5.6.7.8"])
    }
}
