import Domain
import Testing

struct ClockEstimateTests {
    private static let second: Int64 = 1_000_000
    /// 2026-11-22 00:00:00 UTC.
    private static let start: Int64 = 1_795_305_600 * second

    /// A look at a clock that is so far ahead, at a report that took so long.
    private func look(at moment: Int64, ahead: Int64, delay: Int64) throws -> ClockSample {
        let reported = (moment + ahead) / Self.second * Self.second
        let text = Timestamp(microseconds: reported).iso8601
        return try #require(
            ClockSample(
                reportedTime: "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))",
                receivedAt: Timestamp(microseconds: moment + delay)))
    }

    @Test func `the zone is found to the second from reports that took seconds, minutes or days`() throws {
        let ahead: Int64 = 8 * 3_600 * Self.second
        let delays: [Int64] = (0..<60).map { $0 < 40 ? 300_000 + $0 * 20_000 : $0 * 60 * Self.second }
        let looks = try delays.enumerated().map {
            try look(at: Self.start + Int64($0.offset) * 7 * Self.second, ahead: ahead, delay: $0.element)
        }
        let estimate = try #require(ClockEstimate(looks))
        #expect(estimate.ahead <= ahead && estimate.ahead > ahead - 2 * Self.second)
        #expect(estimate.samples == 60)
        #expect(estimate.spread < 2 * Self.second)
    }

    @Test func `of halves that agree equally well, the one whose reports were quickest stands`() throws {
        let looks = try (0..<20).map { number in
            try #require(
                ClockSample(
                    reportedTime: " 2026-11-22 08:00:00\n",
                    receivedAt: Timestamp(microseconds: Self.start + Int64(number) * Self.second)))
        }
        #expect(try #require(ClockEstimate(looks)).ahead == 8 * 3_600 * Self.second)
    }

    @Test func `whatever less than half of the looks say, it stays with the others`() throws {
        var random = SplitMix64(seed: 17)
        for _ in 0..<300 {
            let ahead = Int64.random(in: -14 * 3_600...14 * 3_600, using: &random) * Self.second
            let width = Int64.random(in: 1...60, using: &random) * Self.second
            let count = Int.random(in: 20...120, using: &random)
            let wrong = Int.random(in: 0...(count - 1) / 2 - 1, using: &random)
            var looks = try (0..<count - wrong).map { _ in
                ClockSample(
                    reported: try local(Self.start + ahead),
                    receivedAt: Timestamp(microseconds: Self.start + Int64.random(in: 0...width, using: &random)))
            }
            // Garbage of one mind is the worst: a second clock that half of the looks nearly agree on.
            let together = random.once(in: 2)
            let other = Int64.random(in: -20 * 3_600...20 * 3_600, using: &random) * Self.second
            looks += try (0..<wrong).map { _ in
                let off = together ? other : Int64.random(in: -20 * 3_600...20 * 3_600, using: &random) * Self.second
                return ClockSample(
                    reported: try local(Self.start), receivedAt: Timestamp(microseconds: Self.start + off))
            }
            looks.shuffle(using: &random)
            let estimate = try #require(ClockEstimate(looks))
            // The looks of the right clock lie within `width` above -ahead; the estimate within as much below.
            #expect((ahead - width...ahead + width).contains(estimate.ahead))
            #expect(estimate.spread <= width)
        }
    }

    @Test func `it follows the clock to the microsecond, and the order of the looks is nothing to it`() throws {
        var random = SplitMix64(seed: 18)
        for _ in 0..<300 {
            let looks = try (0..<40).map { _ in
                try look(
                    at: Self.start + Int64.random(in: 0...Self.second * 3_600, using: &random), ahead: 0,
                    delay: Int64.random(in: 0...Self.second * 3_600, using: &random))
            }
            let moved = Int64.random(in: -3_600...3_600, using: &random) * Self.second
            let later = try looks.map {
                ClockSample(reported: try local($0.reported.microseconds + moved), receivedAt: $0.receivedAt)
            }
            let (before, after) = (try #require(ClockEstimate(looks)), try #require(ClockEstimate(later)))
            #expect(after.ahead == before.ahead + moved)
            #expect(after.spread == before.spread)
            #expect(ClockEstimate(looks.shuffled(using: &random)) == before)
        }
    }

    @Test func `slower reports never make the clock look further ahead`() throws {
        var random = SplitMix64(seed: 19)
        for _ in 0..<300 {
            let looks = try (0..<30).map { _ in
                try look(at: Self.start, ahead: 0, delay: Int64.random(in: 0...Self.second * 60, using: &random))
            }
            let more = Int64.random(in: 0...Self.second * 60, using: &random)
            let slower = looks.map {
                ClockSample(
                    reported: $0.reported, receivedAt: Timestamp(microseconds: $0.receivedAt.microseconds + more))
            }
            let (before, after) = (try #require(ClockEstimate(looks)), try #require(ClockEstimate(slower)))
            #expect(after.ahead <= before.ahead)
        }
    }

    @Test func `few looks, and those no clock can explain, are no estimate`() throws {
        let one = try look(at: Self.start, ahead: 0, delay: 0)
        #expect(ClockEstimate(Array(repeating: one, count: ClockEstimate.samplesMin - 1)) == nil)
        #expect(ClockEstimate(Array(repeating: one, count: ClockEstimate.samplesMin)) != nil)
        let years = ClockSample(
            reported: try local(Self.start - 1_000 * 86_400 * Self.second),
            receivedAt: Timestamp(microseconds: Self.start))
        #expect(ClockEstimate(Array(repeating: years, count: 100)) == nil)
        let mixed = Array(repeating: years, count: 100) + Array(repeating: one, count: 20)
        #expect(ClockEstimate(mixed)?.samples == 20)
        #expect(ClockSample(reportedTime: "yesterday", receivedAt: Timestamp(microseconds: 0)) == nil)
    }

    private func local(_ microseconds: Int64) throws -> LocalTime {
        let text = Timestamp(microseconds: microseconds).iso8601
        return try #require(LocalTime("\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"))
    }
}
