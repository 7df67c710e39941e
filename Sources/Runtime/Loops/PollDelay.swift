/// How long to wait before looking for work again: the longer there was none, the longer the wait.
///
/// A value without clock or randomness. The first delay after work is near ``min``, each further one is drawn from a
/// span twice as long, up to ``max``. Every delay is evenly spread over the upper half of its span, so that idle
/// workers do not fall into step.
package struct PollDelay: Equatable, Sendable {
    /// The shortest delay.
    let min: Duration
    /// The longest delay.
    let max: Duration
    private var span: Duration

    /// Makes a delay as after work.
    ///
    /// - Parameters:
    ///   - min: The shortest delay, above zero. Defaults to 25 ms.
    ///   - max: The longest delay; `min` if it is shorter. Defaults to 250 ms.
    package init(min: Duration = .milliseconds(25), max: Duration = .milliseconds(250)) {
        self.min = min
        self.max = Swift.max(min, max)
        span = Swift.min(min * 2, self.max)
    }

    /// The delay after finding no work, and the step to a longer one.
    ///
    /// - Parameter jitter: From 0 up to but not including 1.
    /// - Returns: Between ``min`` and ``max``.
    package mutating func next(jitter: Double) -> Duration {
        let low = Swift.max(min, span / 2)
        let delay = low + (span - low) * jitter
        span = Swift.min(span * 2, max)
        return Swift.min(Swift.max(delay, min), max)
    }

    /// Goes back to the shortest span; call it when there was work.
    package mutating func reset() {
        span = Swift.min(min * 2, max)
    }
}
