import CoreMetrics
import Synchronization

/// Durations in fixed buckets.
final class TimerSeries: Series, TimerHandler {
    static let typeName = "histogram"
    /// Upper bounds in nanoseconds, and as the page writes them in seconds.
    static let bounds: [(nanoseconds: Int64, label: String)] = [
        (500_000, "0.0005"), (1_000_000, "0.001"), (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"),
        (25_000_000, "0.025"), (50_000_000, "0.05"), (100_000_000, "0.1"), (250_000_000, "0.25"),
        (500_000_000, "0.5"), (1_000_000_000, "1"), (2_500_000_000, "2.5"), (5_000_000_000, "5"),
        (10_000_000_000, "10"),
        // Up to the longest POSTROOM_SEND_TIMEOUT and a little more, so that the page shows for how long a provider
        // hangs.
        (15_000_000_000, "15"), (30_000_000_000, "30"), (45_000_000_000, "45"), (60_000_000_000, "60"),
    ]

    /// One count per bound and one above the last.
    private let counts = InlineArray<19, Atomic<Int64>> { _ in Atomic(0) }
    /// Nanoseconds: enough for 292 years of them.
    private let sum = Atomic<Int64>(0)

    func recordNanoseconds(_ duration: Int64) {
        var bucket = 0
        while bucket < Self.bounds.count && duration > Self.bounds[bucket].nanoseconds { bucket += 1 }
        counts[bucket].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(duration, ordering: .relaxed)
    }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        var cumulated: Int64 = 0
        for bucket in 0..<counts.count {
            cumulated += counts[bucket].load(ordering: .relaxed)
            let bound = bucket < Self.bounds.count ? Self.bounds[bucket].label : "+Inf"
            let separator = labels.isEmpty ? "" : ","
            text.line(name + "_bucket", "\(labels)\(separator)le=\"\(bound)\"", "\(cumulated)")
        }
        let seconds = Double(sum.load(ordering: .relaxed)) / 1_000_000_000
        text.line(name + "_sum", labels, PrometheusText.number(seconds))
        text.line(name + "_count", labels, "\(cumulated)")
    }
}
