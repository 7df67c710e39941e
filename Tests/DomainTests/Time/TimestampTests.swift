import Domain
import Testing

struct TimestampTests {
    @Test(
        arguments: [
            ("2023-05-20T14:30:00Z", 1_684_593_000_000_000), ("2023-05-20t14:30:00z", 1_684_593_000_000_000),
            ("2023-05-20 14:30:00Z", 1_684_593_000_000_000), ("2023-05-20T16:30:00+02:00", 1_684_593_000_000_000),
            ("2023-05-20T16:30:00+0200", 1_684_593_000_000_000), ("2023-05-20T16:30:00+02", 1_684_593_000_000_000),
            ("2023-05-20T09:00:00-05:30", 1_684_593_000_000_000), ("2023-05-20T14:30:00-00:00", 1_684_593_000_000_000),
            ("2023-05-20T14:30:00.5Z", 1_684_593_000_500_000), ("2023-05-20T14:30:00.000001Z", 1_684_593_000_000_001),
            ("2023-05-20T14:30:00.123456789Z", 1_684_593_000_123_456),
            ("2023-05-20T14:30:00.999999999Z", 1_684_593_000_999_999),
            ("2023-05-20T14:30:00.250+02:00", 1_684_585_800_250_000), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func `every accepted spelling is the right moment`(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2023-05-20", "2023-05-20T14:30:00", "2023-05-20T14:30Z", "2023-05-20T14:30:00.Z",
        "2023-05-20T14:30:00.1234567890Z", "2023-05-20T24:00:00Z", "2023-05-20T23:60:00Z", "2023-05-20T23:59:60Z",
        "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "0000-12-31T00:00:00Z", "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2023-05-20T14:30:00+24:00",
        "2023-05-20T14:30:00+02:60", "2023-05-20T14:30:00+2:00", "2023-05-20T14:30:00+02:", "2023-05-20T14:30:00+020",
        "2023-05-20T14:30:00ZZ", " 2023-05-20T14:30:00Z", "2023-05-20T14:30:00Z ", "2023-05-20_14:30:00Z",
        "2023-05-20T14:30:00 Z", "2023-05-20T14:30:00,5Z", "2023-05-20T1٤:30:00Z", "-2023-05-20T14:30:00Z", "now",
        "1684593000", "2023-05-20T14:30:00\0Z",
    ])
    func `everything else is refused`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func `moments survive their text`() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<10_000 {
            let time = Timestamp(
                microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }

    @Test func `text has milliseconds, and microseconds only where there are some`() {
        #expect(Timestamp(microseconds: 1_684_593_000_000_000).iso8601 == "2023-05-20T14:30:00.000Z")
        #expect(Timestamp(microseconds: 1_684_593_000_012_000).iso8601 == "2023-05-20T14:30:00.012Z")
        #expect(Timestamp(microseconds: 1_684_593_000_000_012).iso8601 == "2023-05-20T14:30:00.000012Z")
        #expect(Timestamp(microseconds: -1).iso8601 == "1969-12-31T23:59:59.999999Z")
    }

    @Test func `moments move by whole microseconds`() {
        let moment = Timestamp(microseconds: 1_684_593_000_000_000)
        #expect((moment + .milliseconds(1_500)).microseconds == 1_684_593_001_500_000)
        #expect((moment - .milliseconds(1_500)).microseconds == 1_684_592_998_500_000)
        #expect(moment + .seconds(-3) == moment - .seconds(3))
        #expect(moment + .nanoseconds(1_999) == Timestamp(microseconds: 1_684_593_000_000_001))
        #expect(moment - .nanoseconds(999) == moment)
    }

    @Test func `milliseconds and days are rounded down, also before 1970`() {
        #expect(Timestamp(microseconds: -1).milliseconds == -1)
        #expect(Timestamp(microseconds: 1_999).milliseconds == 1)
        #expect(Timestamp(microseconds: -1).day.daysSinceEpoch == -1)
        #expect(Timestamp(microseconds: .min).iso8601.hasPrefix("-290308-"))
    }
}
