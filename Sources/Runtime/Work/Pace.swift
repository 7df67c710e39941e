/// How many calls end in a short time, which tells how many more will soon begin.
struct Pace {
    /// The time over which they are counted.
    static let window = Duration.milliseconds(100)

    private var start: ContinuousClock.Instant?
    private var current = 0
    private var last = 0

    /// Counts one.
    mutating func callEnded(at now: ContinuousClock.Instant) {
        move(to: now)
        current += 1
    }

    /// How many ended in the last whole window, or in this one, whichever is more.
    mutating func ended(by now: ContinuousClock.Instant) -> Int {
        move(to: now)
        return max(last, current)
    }

    private mutating func move(to now: ContinuousClock.Instant) {
        guard let start else { return self.start = now }
        let age = start.duration(to: now)
        guard age >= Self.window else { return }
        last = age < Self.window * 2 ? current : 0
        current = 0
        self.start = now
    }
}
