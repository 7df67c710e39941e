/// One look at two clocks: what the provider's showed when it reported, and what ours showed when the report came.
package struct ClockSample: Sendable {
    /// The provider's local time, as it reported it.
    package var reported: LocalTime
    /// When the report came, by our clock.
    package var receivedAt: Timestamp

    /// A look with these times.
    package init(reported: LocalTime, receivedAt: Timestamp) {
        self.reported = reported
        self.receivedAt = receivedAt
    }

    /// A look with a time as the provider wrote it; nil where that cannot be read.
    package init?(reportedTime: String, receivedAt: Timestamp) {
        guard let reported = LocalTime(trimmed(reportedTime)) else { return nil }
        self.init(reported: reported, receivedAt: receivedAt)
    }

    /// Received less reported, as if both clocks showed UTC, in µs: the delay of the report less the zone.
    var lag: Int64 { receivedAt.microseconds - reported.microseconds }
}

/// How far a provider's clock, its zone included, is ahead of UTC.
///
/// Received less reported is the delay of a report less the offset of the clock, and a delay only adds: so the offset
/// is read from the *quickest* reports. It is not read from the very quickest, which one wrong time would spoil, but
/// from the quick end of the shortest span that holds more than half of all looks. If more than half of the looks lie
/// within some span, the estimate is never further from that span than it is long, whatever the others say: both spans
/// hold more than half, so they share a look, and the one found is not the longer.
package struct ClockEstimate: Hashable, Sendable {
    /// The least looks an estimate is made from.
    package static let samplesMin = 20
    /// Beyond this a difference is no clock in any zone (the zones are 26 hours apart) but a wrong time, or a report
    /// that came days late.
    package static let lagMax = Duration.seconds(26 * 3_600)

    /// Local time less UTC, in µs: at most too low by the delay of the quickest reports and the fraction of a second
    /// that their times leave out.
    package let ahead: Int64
    /// The span that more than half of the looks lie in, in µs: how sure it is.
    package let spread: Int64
    /// Looks it was made from.
    package let samples: Int

    /// Makes an estimate; nil from fewer than ``samplesMin`` plausible looks.
    ///
    /// A function of the looks alone, whatever their order. If all reported times are later by some span, so is the
    /// estimate.
    /// - Complexity: O(n log n).
    package init?(_ looks: some Sequence<ClockSample>) {
        let most = Self.lagMax.wholeMicroseconds
        let lags = looks.map(\.lag).filter { (-most...most).contains($0) }.sorted()
        guard lags.count >= Self.samplesMin else { return nil }
        let half = lags.count / 2
        var first = 0
        for start in lags.indices.dropLast(half)
        where lags[start + half] - lags[start] < lags[first + half] - lags[first] {
            first = start
        }
        ahead = -lags[first]
        spread = lags[first + half] - lags[first]
        samples = lags.count
    }
}
