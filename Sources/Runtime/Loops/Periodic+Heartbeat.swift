import Logging

extension PeriodicSchedule {
    /// How often a process reports that it is alive. A failed heartbeat is retried no later than the next one is due,
    /// because a process that is silent for too long is taken for dead (`Heartbeat.silence` of Store).
    static let heartbeat = PeriodicSchedule(
        interval: .seconds(5), runTimeMax: .seconds(20), backoffMax: .seconds(5))
}

extension Periodic {
    /// The service that reports that the process is alive, in time even if a heartbeat fails.
    ///
    /// - Parameters:
    ///   - logger: Told about those that fail.
    ///   - beat: Writes one.
    package static func heartbeat(logger: Logger, beat: @escaping @Sendable () async throws -> Void) -> Periodic {
        Periodic("heartbeat", schedule: .heartbeat, logger: logger, action: beat)
    }
}
