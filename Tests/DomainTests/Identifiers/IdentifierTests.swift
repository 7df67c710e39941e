import Domain
import Testing

struct IdentifierTests {
    @Test func `the example of RFC 9562 appendix A 6 comes out bit for bit`() {
        // 2022-02-22 19:22:22 UTC, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
        let time = Timestamp(microseconds: 0x17F_22E2_79B0 * 1_000)
        let id = WebhookID(at: time, random: (0xCC3, 0x18C4_DC0C_0C07_398F))
        #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(id.timestamp.iso8601 == "2022-02-22T19:22:22.000Z")
        #expect(id.day.description == "2022-02-22")
    }

    @Test func `version, variant and time hold whatever the randomness`() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<10_000 {
            let milliseconds = Int64.random(in: 0...0xFFFF_FFFF_FFFF, using: &random)
            let microsecond = Int64.random(in: 0..<1_000, using: &random)
            let id = EntryID(
                at: Timestamp(microseconds: milliseconds * 1_000 + microsecond), random: (random.next(), random.next()))
            #expect(id.rawValue >> 76 & 0xF == 7)
            #expect(id.rawValue >> 62 & 0b11 == 0b10)
            #expect(id.milliseconds == milliseconds)
        }
    }

    @Test func `all 74 random bits and no others reach the id`() {
        let time = Timestamp(microseconds: 1_700_000_000_000_000)
        let zeros = WebhookID(at: time, random: (0, 0))
        let ones = WebhookID(at: time, random: (.max, .max))
        #expect((zeros.rawValue ^ ones.rawValue).nonzeroBitCount == 74)
        #expect(zeros.milliseconds == ones.milliseconds)
    }

    @Test func `ids survive their text, upper case and hyphens left out`() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<10_000 {
            let id = AttemptID(rawValue: UInt128(random.next()) << 64 | UInt128(random.next()))
            #expect(AttemptID(id.description) == id)
            #expect(AttemptID(id.description.uppercased()) == id)
            #expect(AttemptID(id.description.filter { $0 != "-" }) == id)
        }
        #expect(WebhookID(rawValue: 0).description == "00000000-0000-0000-0000-000000000000")
        #expect(WebhookID(rawValue: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
    }

    @Test(arguments: [
        "", "x", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398fa",
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e279b07cc398c4dc0c0c07398", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e279b0-7cc3-98c4-dc0c0c07398f", "０17f22e2-79b0-7cc3-98c4-dc0c0c0739",
        "5cd1397f-f3b2-95de-ed5e-27d5f39a230d-1234567890",
    ])
    func `what is no UUID is refused`(text: String) {
        #expect(WebhookID(text) == nil)
    }

    @Test func `order of ids is order of time`() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<1_000 {
            let earlier = Int64.random(in: 0..<4_000_000_000_000, using: &random)
            let later = earlier + Int64.random(in: 1...1_000_000, using: &random)
            let first = WebhookID(
                at: Timestamp(microseconds: earlier * 1_000), random: (random.next(), random.next()))
            let second = WebhookID(at: Timestamp(microseconds: later * 1_000), random: (random.next(), random.next()))
            #expect(first < second)
            #expect(first.description < second.description)
        }
    }

    @Test func `times outside the 48 bits take the nearest that fits`() {
        #expect(WebhookID(at: Timestamp(microseconds: -1), random: (0, 0)).milliseconds == 0)
        #expect(WebhookID(at: Timestamp(microseconds: .min), random: (0, 0)).milliseconds == 0)
        #expect(WebhookID(at: Timestamp(microseconds: .max), random: (0, 0)).milliseconds == 0xFFFF_FFFF_FFFF)
    }

    @Test func `a day's lowest id parts it from the day before`() throws {
        let day = try #require(CivilDate("2026-11-21"))
        let lowest = WebhookID.lowest(on: day)
        #expect(lowest.rawValue == UInt128(day.start.milliseconds) << 80)
        #expect(lowest.day == day)
        let first = WebhookID(at: day.start, random: (0, 0))
        let before = WebhookID(at: Timestamp(microseconds: day.start.microseconds - 1), random: (.max, .max))
        #expect(before < lowest)
        #expect(lowest < first)
        #expect(before.day.daysSinceEpoch == day.daysSinceEpoch - 1)
    }

    @Test func `days before 1970 or beyond the 48 bits have the outermost bounds`() {
        #expect(WebhookID.lowest(on: CivilDate(daysSinceEpoch: -1)).rawValue == 0)
        #expect(WebhookID.lowest(on: CivilDate(daysSinceEpoch: .min)).rawValue == 0)
        #expect(WebhookID.lowest(on: CivilDate(daysSinceEpoch: .max)).rawValue == UInt128(0xFFFF_FFFF_FFFF) << 80)
    }
}
