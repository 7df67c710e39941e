/// `start` doubled this many times, but never above `limit`. No count is too large.
func doubled(_ start: Duration, times: Int32, upTo limit: Duration) -> Duration {
    var value = min(start, limit)
    var left = times
    // Ends early: what is above zero has passed any limit after 127 doublings, and zero stays zero.
    while left > 0, value > .zero, value < limit {
        value = value > limit / 2 ? limit : value * 2
        left -= 1
    }
    return value
}

/// The part of a wait that chance picks: `jitter` in 0...1 of it, in whole microseconds; anything else is taken as the
/// nearer end, and what is no number as 0.
func share(_ whole: Duration, _ jitter: Double) -> Duration {
    let fraction = jitter >= 0 ? min(jitter, 1) : 0
    let parts = whole.components
    let microseconds = Double(parts.seconds) * 1_000_000 + Double(parts.attoseconds / 1_000_000_000_000)
    return min(.microseconds(Int64(microseconds * fraction)), whole)
}
