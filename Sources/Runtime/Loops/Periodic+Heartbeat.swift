import Logging

extension Periodic {
    /// The service that shows that the process lives: `monitor.workers` takes one that is silent for 30 s for dead, so
    /// that a heartbeat may fail and be late without being missed.
    ///
    /// - Parameters:
    ///   - logger: Told about those that fail.
    ///   - beat: Writes one.
    public static func heartbeat(logger: Logger, beat: @escaping @Sendable () async throws -> Void) -> Periodic {
        Periodic("heartbeat", every: .seconds(5), runTimeMax: .seconds(20), logger: logger, action: beat)
    }
}
