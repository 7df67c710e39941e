import Logging

extension Periodic {
    /// The service that ends the database sessions of this program whose clients read no more, every minute
    /// (`EndUnreadSessions` of Store).
    ///
    /// - Parameters:
    ///   - logger: Told about runs that fail, and how many were ended.
    ///   - end: Ends them, within ten seconds or so.
    /// - Returns: A service whose action is cancelled after twenty seconds.
    package static func unreadSessions(
        logger: Logger, end: @escaping @Sendable () async throws -> Int64
    ) -> Periodic {
        Periodic(
            "sessions that nobody reads", every: .seconds(60), runTimeMax: .seconds(20), logger: logger
        ) {
            let count = try await end()
            if count > 0 { logger.warning("sessions ended that nobody read", metadata: ["count": "\(count)"]) }
        }
    }
}
