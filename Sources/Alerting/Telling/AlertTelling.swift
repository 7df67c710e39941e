import Logging
import PostgresClient
import Runtime
import ServiceLifecycle

/// What an alert worker does besides delivering: it turns events into notifications, and watches the health of the
/// whole system.
struct AlertTelling: Sendable {
    /// Between two passes over what happened.
    static let tellingInterval = Duration.seconds(1)
    /// Between two looks at `monitor.health`.
    static let healthInterval = Duration.seconds(15)
    /// After this time a pass is cancelled.
    static let runTimeMax = Duration.seconds(60)

    private let telling: TellingPass
    private let health: HealthPass
    private let log: Logger

    /// Makes its parts.
    ///
    /// - Parameters:
    ///   - pool: Connections as `postroom_alert_worker`.
    ///   - log: Told what was done.
    ///   - maxAutomaticRetries: Of accounts that have no number of their own.
    init(pool: ConnectionPool, log: Logger, maxAutomaticRetries: Int32) {
        telling = TellingPass(pool: pool, retriesMax: maxAutomaticRetries, log: log)
        health = HealthPass(pool: pool, log: log)
        self.log = log
    }

    /// The services, in no particular order.
    func services() -> [any Service] {
        let (telling, health) = (telling, health)
        return [
            Periodic("telling", every: Self.tellingInterval, runTimeMax: Self.runTimeMax, logger: log) {
                try await telling.run()
            },
            Periodic("health", every: Self.healthInterval, runTimeMax: Self.runTimeMax, logger: log) {
                try await health.run()
            },
        ]
    }
}
