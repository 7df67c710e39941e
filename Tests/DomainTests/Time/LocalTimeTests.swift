import Domain
import Testing

struct LocalTimeTests {
    @Test func `local times survive their text`() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<10_000 {
            let days = Int32.random(in: -719_162...2_932_896, using: &random)
            let second = Int.random(in: 0..<86_400, using: &random)
            let two = { (value: Int) in (value < 10 ? "0" : "") + String(value) }
            let text =
                CivilDate(daysSinceEpoch: days).description + " " + two(second / 3_600) + ":"
                + two(second / 60 % 60) + ":" + two(second % 60)
            let time = try #require(LocalTime(text))
            #expect(time.description == text)
            #expect(time.microseconds == (Int64(days) * 86_400 + Int64(second)) * 1_000_000)
        }
    }

    @Test func `order is the order of the texts`() throws {
        let texts = ["0001-01-01 00:00:00", "2021-02-26 10:01:15", "2021-02-26 10:01:16", "9999-12-31 23:59:59"]
        #expect(try texts.reversed().map { try #require(LocalTime($0)) }.sorted().map(\.description) == texts)
    }

    @Test(arguments: [
        "", "2021-02-26", "2021-02-26T10:01:15", "2021-02-26 10:01", "2021-02-26 10:01:15 ", " 2021-02-26 10:01:15",
        "2021-02-26  10:01:15", "2021-02-26 24:00:00", "2021-02-26 10:60:15", "2021-02-26 10:01:60",
        "2021-02-29 10:01:15", "2021-02-30 10:01:15", "0000-02-26 10:01:15", "2021-2-26 10:01:15",
        "2021-02-26 1:01:15", "2021-02-26 10:01:15.5", "2021-02-26 10:01:15Z", "2021-02-26 -1:01:15",
        "２021-02-26 10:01:15", "2021-02-26 10:01:1\u{0661}", "2021-02-26+10:01:15",
    ])
    func `other forms and impossible times are refused`(text: String) {
        #expect(LocalTime(text) == nil)
    }
}
