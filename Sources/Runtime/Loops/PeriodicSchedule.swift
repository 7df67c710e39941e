/// When a periodic action runs, and how long it may take.
struct PeriodicSchedule: Equatable, Sendable {
    /// The time between the end of a run and the start of the next.
    let interval: Duration
    /// How much the time between two runs varies, as a fraction of it: 0.1 is from 95 to 105 %.
    let spread: Double
    /// After this time a run is cancelled and counts as failed.
    let runTimeMax: Duration
    /// The longest time between two runs after failures, at least `interval`.
    let backoffMax: Duration

    /// Makes a schedule.
    ///
    /// - Parameters:
    ///   - interval: The time between runs, above zero.
    ///   - spread: How much it varies, 0 to 1. Defaults to 0.2.
    ///   - runTimeMax: How long a run may take.
    ///   - backoffMax: The longest time between runs after failures. Defaults to ten times the interval.
    init(interval: Duration, spread: Double = 0.2, runTimeMax: Duration, backoffMax: Duration? = nil) {
        self.interval = interval
        self.spread = min(max(spread, 0), 1)
        self.runTimeMax = runTimeMax
        self.backoffMax = max(interval, backoffMax ?? interval * 10)
    }

    /// The time until the next run.
    ///
    /// - Parameters:
    ///   - failures: How many runs in a row have failed; each doubles the time, up to ``backoffMax``.
    ///   - jitter: From 0 up to but not including 1.
    func delay(afterFailures failures: Int, jitter: Double) -> Duration {
        var delay = interval
        var doublings = failures
        while doublings > 0 && delay < backoffMax {
            delay = min(delay * 2, backoffMax)
            doublings -= 1
        }
        return delay * (1 + (jitter - 0.5) * spread)
    }
}
