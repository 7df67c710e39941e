import NIOCore

/// Counts calls in any second that ends now.
struct CallWindow {
    private var times = CircularBuffer<Int64>()

    /// Counts a call if fewer than `max` came within the second before; `max` bounds what is kept.
    mutating func admits(at microseconds: Int64, max: Int) -> Bool {
        while let first = times.first, microseconds - first >= 1_000_000 { times.removeFirst() }
        guard times.count < max else { return false }
        times.append(microseconds)
        return true
    }
}
