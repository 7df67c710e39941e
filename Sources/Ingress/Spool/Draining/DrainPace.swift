/// How long a drain rests after a statement, so that a database that has just come back is not overloaded and new
/// webhooks keep the larger part of it.
///
/// 2 000 a second is a small part of what a Postgres on two cores was measured to take (README, Speed), and drains what
/// an hour at 500 a second left in a quarter of an hour. The second bound needs no guess: if a statement takes long
/// because the database is busy or slow, the drain rests as long as it worked.
package struct DrainPace: Equatable, Sendable {
    /// Webhooks a second at most. Defaults to 2 000.
    package var webhooksPerSecondMax: Int
    /// The part of the time in which a statement of the drain may be under way. Defaults to a half.
    var busyPartMax: Double

    /// Makes a pace.
    package init(webhooksPerSecondMax: Int = 2_000, busyPartMax: Double = 0.5) {
        self.webhooksPerSecondMax = webhooksPerSecondMax
        self.busyPartMax = busyPartMax
    }

    /// How long to rest after a statement that stored this many webhooks and took this long.
    func rest(after webhooks: Int, took: Duration) -> Duration {
        let share = Duration.seconds(1) * webhooks / max(webhooksPerSecondMax, 1) - took
        return max(.zero, share, took * (1 / max(busyPartMax, 0.01) - 1))
    }
}
