import Domain
import Testing

@testable import Store

@Suite struct `Counts of a transaction` {
    /// The first bucket whose bound, 2^i ms, the latency does not exceed.
    @Test(arguments: [
        (Int64(-5), 0), (0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4), (1_000, 10), (1_024, 10),
        (1_025, 11), (1 << 20, 20), (1 << 20 + 1, 21), (.max, 21),
    ])
    func `a latency is in one bucket`(milliseconds: Int64, bucket: Int) {
        var histogram = LatencyHistogram()
        histogram.record(milliseconds: milliseconds)
        var wanted = [Int64](repeating: 0, count: 22)
        wanted[bucket] = 1
        #expect(histogram.buckets == wanted)
        #expect(histogram.arrayText == "{" + wanted.map { "\($0)" }.joined(separator: ",") + "}")
    }

    @Test func `are by source, intake day and kind`() {
        let day1 = WebhookID(at: Timestamp(microseconds: 86_399_999_000), random: (1, 1))
        let day2 = WebhookID(at: Timestamp(microseconds: 86_400_000_000), random: (2, 2))
        var tallies = TallyBatch()
        #expect(tallies.isEmpty)
        tallies.count(.dead, .onoffSMS, day1)
        tallies.count(.dead, .onoffSMS, day1)
        tallies.count(.dead, .onoffSMS, day2, by: -1)
        tallies.countProcessed(.nxteleReceipt, day2, at: Timestamp(microseconds: 86_400_003_999))
        tallies.count(.duplicate, .nxteleReceipt, day2)
        #expect(!tallies.isEmpty)
        let counted = tallies.counts.map { "\($0.key.source) \($0.key.day) \($0.key.kind) \($0.value)" }.sorted()
        #expect(
            counted == [
                "nxtele-receipt 1970-01-02 duplicate 1", "nxtele-receipt 1970-01-02 processed 1",
                "onoff-sms 1970-01-01 dead 2", "onoff-sms 1970-01-02 dead -1",
            ])
        #expect(tallies.latencies.map(\.key.kind) == ["processed"])
        #expect(tallies.latencies.first?.value.buckets[2] == 1)
    }
}
