import TestSupport
import Testing

@testable import Ingress

struct RequestFramingPropertyTests {
    private static let words = [
        "GET ", "POST ", "HEAD ", "/v1/nxtele/dr", "/callback?", "?a=b c", " HTTP/1.1", " HTTP/1.0", "\r\n", "\r\n\r\n",
        "Content-Length: ", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "5",
        "\r", "\n", "\t", "\0", "¤", ":", " ", "abc", "X-Forwarded-For: 1.2.3.4\r\n", "Expect: 100-continue\r\n",
        "POST /v1/nxtele/dr/t HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
    ]

    private static func input(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        if Bool.random(using: &random) {
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                bytes += Array(words[Int.random(in: 0..<words.count, using: &random)].utf8)
            }
        } else {
            for _ in 0..<Int.random(in: 0...80, using: &random) {
                bytes.append(UInt8.random(in: 0...255, using: &random))
            }
        }
        return bytes
    }

    @Test func `any bytes in any cuts are framed alike, without a trap and with a bounded memory`() {
        var random = SeededGenerator(seed: 7)
        let limits = RequestFraming.Limits(requestLineBytesMax: 60, headBytesMax: 120)
        for _ in 0..<100_000 {
            let input = Self.input(&random)
            var whole = FramedConnection(limits: limits)
            whole.feed(input)
            var cut = FramedConnection(limits: limits)
            var rest = input[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...20, using: &random)
                cut.feed(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            guard cut.events == whole.events, cut.heldBytesHighest <= limits.headBytesMax + 20 else {
                Issue.record("input \(input): \(whole.events) and \(cut.events), \(cut.heldBytesHighest) bytes held")
                return
            }
        }
    }
}
