import Domain
import Logging
import Metrics
import Runtime
import Store
import TestSupport

@testable import Alerting

/// A database with endpoints and notifications, and workers over it.
struct DeliveryBed: Sendable {
    let database: TestDatabase
    let key = AlertKey(bytes: Array(repeating: 9, count: 32))
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Adds an endpoint.
    func endpoint(
        _ url: String, of account: String = "default", secretVersion: Int = 1, previousIsValid: Bool = false,
        oldestVersion: Int? = nil
    ) async throws -> EndpointID {
        let id = EndpointID.new()
        try await database.sql(
            """
            INSERT INTO billing.account (name, kind, currency) VALUES ('\(account)', 'postpaid', 'USD')
            ON CONFLICT DO NOTHING;
            INSERT INTO alert.endpoint (id, account, url, secret_version, oldest_version, previous_valid_until)
            VALUES ('\(id)', '\(account)', '\(url)', \(secretVersion), \(oldestVersion.map(String.init) ?? "NULL"),
                    \(previousIsValid ? "now() + interval '1 hour'" : "NULL"));
            """)
        return id
    }

    /// Adds notifications that are due now, each queued for an endpoint.
    @discardableResult
    func notify(_ endpoint: EndpointID, count: Int = 1) async throws -> [NotificationID] {
        let now = Timestamp.now
        let ids = (0..<count).map { NotificationID(at: now, random: (UInt64($0), .random(in: 0 ... .max))) }
        let values = ids.map { "('\($0)'::uuid)" }.joined(separator: ",")
        try await database.sql(
            """
            WITH given AS (SELECT * FROM (VALUES \(values)) AS v (id)), made AS (
                INSERT INTO alert.notification (id, account, kind, event_count, data, first_at, last_at)
                SELECT v.id, e.account, 'alert.test', 1, '{"text": "hello"}', now(), now()
                FROM given AS v CROSS JOIN alert.endpoint AS e WHERE e.id = '\(endpoint)'
            )
            INSERT INTO queue.notification (notification_id, endpoint_id, account, due_at, give_up_at)
            SELECT v.id, e.id, e.account, now() - interval '1 second', now() + interval '4 days'
            FROM given AS v CROSS JOIN alert.endpoint AS e WHERE e.id = '\(endpoint)'
            """)
        return ids
    }

    /// What was written down of each try, by notification and number.
    func tries() async throws -> [String] {
        try await database.sql(
            """
            SELECT number, outcome, coalesce(status_code::text, '-') FROM alert.delivery
            ORDER BY notification_id, number
            """)
    }

    func queued() async throws -> Int {
        Int(try await database.sql("SELECT count(*) FROM queue.notification")[0]) ?? -1
    }

    /// What waits is due at once.
    func makeDue() async throws {
        try await database.sql("UPDATE queue.notification SET due_at = now() - interval '1 second'")
    }

    /// Runs a worker's parts under its own role.
    func withWorker<Result>(
        _ change: (inout AlertingConfiguration) -> Void = { _ in }, _ body: (TestDeliveryWorker) async throws -> Result
    ) async throws -> Result {
        var configuration = AlertingConfiguration(
            reading: SettingsReader(environment: [
                "DATABASE_URL": database.url(user: "postroom_alert_worker"), "POSTROOM_SHUTDOWN_GRACE": "60s",
            ]))
        change(&configuration)
        let worker = try TestDeliveryWorker(configuration, bed: self)
        do {
            let result = try await body(worker)
            await worker.end()
            return result
        } catch {
            await worker.end()
            throw error
        }
    }
}

/// The parts of one worker process, as the process puts them together.
final class TestDeliveryWorker: Sendable {
    let configuration: AlertingConfiguration
    let owner = UInt128.random(in: 1 ... .max)
    let store: DeliveryStore
    let recorder: DeliveryRecorder
    let claimer: DeliveryClaimer
    let throttle = EndpointThrottle()
    private let bed: DeliveryBed
    private let client: DeliveryClient

    init(_ configuration: AlertingConfiguration, bed: DeliveryBed) throws {
        self.configuration = configuration
        self.bed = bed
        store = DeliveryStore(configuration, owner: owner, log: bed.log)
        recorder = DeliveryRecorder(
            store, database: configuration.database, failures: Counter(label: "failures"), log: bed.log)
        claimer = DeliveryClaimer(
            DeliverySource(configuration, owner: owner, throttle: throttle), database: configuration.database,
            reachable: nil, log: bed.log)
        client = try DeliveryClient(
            policy: DestinationPolicy(
                allowsPlainHTTP: true, exemptRanges: ["127.0.0.0/8"].compactMap { AddressRange($0) }),
            resolver: TestResolver())
    }

    /// Delivers until a condition holds, then finishes what is under way and writes it.
    func run(
        until what: String, _ condition: @escaping @Sendable () async throws -> Bool,
        finally release: @Sendable () -> Void = {}
    ) async throws {
        let loop = LeasedWorkLoop(work(), callsMax: configuration.callsMax)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            do { try await eventually(within: .seconds(120), what, condition) } catch {
                loop.stop()
                release()
                throw error
            }
            loop.stop()
            release()
            try await group.waitForAll()
        }
        await recorder.write()
    }

    private func work() -> DeliveryWork {
        DeliveryWork(
            configuration: configuration, key: bed.key, claimer: claimer, client: client, recorder: recorder,
            throttle: throttle, counts: DeliveryCounts(), vouch: { true })
    }

    /// Delivers what was claimed a while ago.
    func deliver(_ items: [ClaimedNotification], after span: Duration) async {
        let gateUntil = ContinuousClock.now.advanced(by: AlertingConfiguration.gateSpan - span)
        for item in items { await work().perform(item, gateUntil: gateUntil) }
        await recorder.write()
    }

    /// Leaves what was claimed, as the loop does.
    func leave(_ items: [ClaimedNotification], _ reason: LeaveReason) async {
        work().leave(items, reason)
        await recorder.write()
    }

    /// Claims, without delivering.
    func claim(_ free: Int = 64, inFlight: [String: Int] = [:]) async -> [ClaimedNotification] {
        let room = CallPermits.Room(free: free, limit: configuration.callsMax, bySharer: inFlight)
        return if case .claims(let claims) = await claimer.claim(room) { claims.map(\.item) } else { [] }
    }

    /// Writes what deliveries are said to have brought.
    func record(_ items: [ClaimedNotification], _ answer: DeliveryAnswer) async {
        recorder.record(items.map { DeliveryReport($0, answer, jitter: 0.5) })
        await recorder.write()
    }

    func end() async { await claimer.close() }
}

/// Runs the body over a database of its own.
func withDeliveries<Result>(_ body: (DeliveryBed) async throws -> Result) async throws -> Result {
    try await withTestDatabase { database in try await body(DeliveryBed(database: database)) }
}
