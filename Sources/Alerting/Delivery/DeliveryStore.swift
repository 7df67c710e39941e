import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import Store

/// Writes what deliveries brought.
typealias DeliveryRecorder = ReportWriter<DeliveryStore>

/// Writes the results of deliveries to the queue, the list of tries and the endpoints. The result of a lost lease is
/// not written: another worker delivers that notification, too, and settles it.
struct DeliveryStore: ReportStore {
    /// How long one transaction may take before the connection is dropped.
    static let transactionTimeout = Duration.seconds(10)
    /// Notifications given up in the transaction that disables their endpoint; the rest when they are due.
    static let givenUpMax: Int32 = 1_000

    private let configuration: AlertingConfiguration
    private let owner: UInt128
    private let log: Logger
    private let late = Counter(label: "postroom_alert_outcomes_late_total")
    private let disabled = Counter(label: "postroom_alert_endpoints_disabled_total")

    init(_ configuration: AlertingConfiguration, owner: UInt128, log: Logger) {
        self.configuration = configuration
        self.owner = owner
        self.log = log
    }

    /// All words are ours.
    func withoutWords(_ report: DeliveryReport) -> DeliveryReport? { nil }

    func store(_ batch: [DeliveryReport], lockWait: Duration?, on connection: Connection) throws {
        let deadline = Deadline.in(Self.transactionTimeout)
        let (heldCount, ended) = try connection.transaction(deadline: deadline, lockWait: lockWait) { connection in
            try apply(batch, on: connection, deadline: deadline)
        }
        late.increment(by: batch.count - heldCount)
        guard !ended.isEmpty else { return }
        disabled.increment(by: ended.count)
        for endpoint in ended { log.warning("endpoint disabled", metadata: ["endpoint": "\(endpoint)"]) }
    }

    /// The queue rows first, then the endpoints: the order in which everybody locks them.
    ///
    /// - Returns: how many leases were held, and the endpoints that are disabled by it.
    private func apply(
        _ batch: [DeliveryReport], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> (Int, [EndpointID]) {
        let settlements = batch.map(\.settlement).sorted { $0.key < $1.key }
        let keys = try connection.run(SettleNotifications(settlements, owner: owner), deadline: deadline)
        let held = batch.filter { keys.contains($0.item.key) }
        let rows = held.flatMap(\.rows)
        if !rows.isEmpty { try connection.run(InsertDeliveries(rows), deadline: deadline) }
        let results = Self.results(held)
        guard !results.isEmpty else { return (held.count, []) }
        let ended = try connection.run(
            JudgeEndpoints(results, failingMax: AlertingConfiguration.failingMax), deadline: deadline)
        if !ended.isEmpty {
            _ = try connection.run(
                GiveUpNotifications(of: ended, limit: Self.givenUpMax, detail: "The endpoint is disabled."),
                deadline: deadline)
        }
        return (held.count, ended)
    }

    /// The last result of each endpoint, and whether any said that it is gone; in the order of ids.
    static func results(_ reports: [DeliveryReport]) -> [EndpointResult] {
        var byEndpoint: [EndpointID: EndpointResult] = [:]
        for result in reports.compactMap(\.result) {
            var merged = result
            if let before = byEndpoint[result.id], before.url == result.url, before.isGone { merged.isGone = true }
            byEndpoint[result.id] = merged
        }
        return byEndpoint.values.sorted { $0.id < $1.id }
    }
}
