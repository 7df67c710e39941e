import Domain
import Testing

@Suite struct `The header Retry-After` {
    // 1994-11-06 08:49:37 UTC, the example of RFC 9110.
    static let example = Timestamp(microseconds: 784_111_777_000_000)

    @Test(arguments: [
        ("0", Duration.zero), ("120", .seconds(120)), (" 5", .seconds(5)),
        ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
    ])
    func `is read`(text: String, time: Duration) {
        #expect(retryAfter(text, now: Self.example) == time)
    }

    @Test(arguments: [
        "", "-1", "1.5", "1234567890123", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "٣",
    ])
    func `that says nothing is none`(text: String) {
        #expect(retryAfter(text, now: Self.example) == nil)
    }
}
