import Domain
import Logging
import PostgresClient
import Runtime
import ServiceLifecycle
import Store

/// The services of one API process.
package struct APIProcess: ServerProcess {
    /// Its name, and how it is watched.
    package static let program = ServerProgram("postroom-api", adminListen: .apiAdminListen, isBehindBalancer: true)

    private let configuration: APIConfiguration

    /// Reads the settings of an API; problems are collected in the reader.
    package init(reading reader: SettingsReader) { self.init(APIConfiguration(reading: reader)) }

    /// Makes the process of a configuration.
    init(_ configuration: APIConfiguration) { self.configuration = configuration }

    /// The services in the order in which they start; they stop in the reverse, so that what the listener has accepted
    /// is still written.
    package func services(_ context: ProcessContext) -> [any Service] {
        let listening = context.readiness.addCheck("listening")
        let parts = parts(reachable: context.readiness.addCheck("database"), log: context.log) { _ in
            listening.set(true)
        }
        let pool = ConnectionPool(configuration.database, capacity: 1)
        let heartbeat = Periodic.heartbeat(logger: context.log) {
            try await pool.tell(Heartbeat(of: context.identity, at: .now, isStopping: context.readiness.isDraining))
        }
        return [heartbeat, ZoneCheck(timeZone: configuration.providerTimeZone, pool: pool)] + parts
    }

    /// What takes and answers requests.
    func parts(
        reachable: Readiness.Check?, log: Logger, onListening: @escaping @Sendable (ListenAddress) -> Void
    ) -> [any Service] {
        // For requests that are neither sends nor lists.
        let pool = ConnectionPool(configuration.database, capacity: 4)
        let transactions = RequestTransactions(pool: pool, storeDeadline: configuration.storeDeadline, log: log)
        // However many lists are requested, and whatever they look for, other requests do not wait for them.
        let lists = RequestTransactions(
            pool: ConnectionPool(configuration.database, capacity: 2),
            storeDeadline: configuration.storeDeadline, log: log)
        // Every request by an unknown caller waits for this pool first.
        let keyPool = ConnectionPool(configuration.database, capacity: 1)
        let groups = SendGroups(configuration, reachable: reachable, log: log)
        let clock: @Sendable () -> Timestamp = { .now }
        let untaken = UntakenAnswers(bytesMax: configuration.untakenBytesMax)
        let responder = APIResponder(
            keys: APIKeys(pool: keyPool, timeout: configuration.storeDeadline, log: log),
            sends: SendHandler(groups: groups, fields: SendFields(clock: clock), clock: clock),
            outbox: OutboxHandler(
                entries: Entries(
                    transactions: transactions, resendsMax: configuration.resendsMax, waitMax: configuration.waitMax,
                    timeZone: configuration.providerTimeZone),
                lister: EntryLister(transactions: lists, bounds: WalkBounds(timeMax: configuration.listTimeMax))),
            balance: BalanceHandler(transactions: transactions), logList: LogHandler(lists: lists),
            suppressions: SuppressionHandler(transactions: transactions, lists: lists),
            alerts: AlertsHandler(transactions: transactions),
            endpoints: EndpointsHandler(
                transactions: transactions, key: configuration.alertKey,
                fields: EndpointFields(policy: configuration.webhookPolicy)),
            notifications: NotificationsHandler(transactions: transactions, lists: lists),
            bounds: BodyBounds(timeMax: configuration.bodyTimeMax), untaken: untaken, metrics: APIMetrics(), log: log)
        return [
            groups,
            APIServer(
                configuration: configuration, responder: responder, untaken: untaken, log: log,
                onListening: onListening),
        ]
    }
}

/// Ends the process where the provider's times cannot be understood: nothing that reads by them could be answered.
private struct ZoneCheck: Service {
    let timeZone: String
    let pool: ConnectionPool

    func run() async throws {
        guard try await whenPostgresAnswers({ try await CheckTimeZone.require(timeZone, pool) }) else { return }
        try await gracefulShutdown()
    }
}
