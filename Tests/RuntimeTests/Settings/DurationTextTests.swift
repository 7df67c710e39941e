import Testing

@testable import Runtime

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("0ms", Duration.zero), ("500ms", .milliseconds(500)), ("30s", .seconds(30)), ("15m", .seconds(900)),
        ("72h", .seconds(72 * 3_600)), ("0h", .zero), ("007s", .seconds(7)),
        ("9223372036854775807ms", .milliseconds(Int64.max)),
    ])
    func `a whole number and its unit is read`(text: String, expected: Duration) {
        #expect(Duration(settingText: text) == expected)
    }

    @Test(arguments: [
        "", "5", "ms", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1S", "1d", "1us", "1h30m", "1sec", "٣s",
        "9223372036854775808ms", "9223372036854775807h", "99999999999999999999s", "\u{0}1s", "1s\u{0}",
    ])
    func `anything else is refused`(text: String) {
        #expect(Duration(settingText: text) == nil)
    }

    @Test(arguments: ["0ms", "1ms", "500ms", "1500ms", "2s", "90s", "15m", "61m", "72h", "840h"])
    func `the text of a duration reads back as it`(text: String) throws {
        let duration = try #require(Duration(settingText: text))
        #expect(duration.settingText == text)
    }
}
