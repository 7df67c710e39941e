import Logging

extension PeriodicSchedule {
    /// When a process shows that it lives. One that fails is repeated no later than another would come: who is silent for
    /// too long is taken for dead (`Heartbeat.silence` of Store).
    public static let heartbeat = PeriodicSchedule(
        interval: .seconds(5), runTimeMax: .seconds(20), backoffMax: .seconds(5))
}

extension Periodic {
    /// The service that shows that the process lives, in time also where a heartbeat fails and the next is late.
    ///
    /// - Parameters:
    ///   - logger: Told about those that fail.
    ///   - beat: Writes one.
    public static func heartbeat(logger: Logger, beat: @escaping @Sendable () async throws -> Void) -> Periodic {
        Periodic("heartbeat", schedule: .heartbeat, logger: logger, action: beat)
    }
}
