extension SettingsReader {
    /// The part of the grace that a drain may spend on letting balancers notice; the rest must suffice for everything
    /// else.
    static let drainDelayDivisor = 4

    /// How long listeners stay open once readiness has failed: `POSTROOM_DRAIN_DELAY`, but at most a quarter of
    /// `POSTROOM_SHUTDOWN_GRACE`.
    package func drainDelay() -> Duration {
        min(duration(.drainDelay), duration(.shutdownGrace) / Self.drainDelayDivisor)
    }
}
