import Domain
import Logging
import PostgresClient
import Providers
import Runtime
import Store
import TestSupport

@testable import Receiving

/// A database with what the tests do to it, each under the role that does it in production.
struct Bed: Sendable {
    let database: TestDatabase
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// How a worker connects.
    var worker: ConnectionConfiguration {
        ConnectionConfiguration(connectionString: database.url(user: "postroom_webhook_worker"))
    }

    /// Stores and queues webhooks in this order, as one flush of the ingress.
    func store(_ webhooks: [Given]) async throws {
        var batch = WebhookBatch()
        for one in webhooks {
            batch.append(
                id: one.id, receivedAt: one.id.timestamp, source: one.source, account: one.account,
                method: one.method, path: Array(one.path.utf8), query: Array(one.query.utf8), contentType: nil,
                headers: Array(one.headers.utf8),
                body: one.body, remoteAddress: "192.0.2.1")
        }
        let sent = batch
        let ingress = ConnectionConfiguration(connectionString: database.url(user: "postroom_ingress"))
        let count = try await OwnThread().run {
            let connection = try Connection.open(ingress, deadline: .far)
            return try connection.run(InsertWebhooks(sent), deadline: .far)
        }
        guard count == Int64(webhooks.count) else { throw TestSupportFailure("only \(count) webhooks were new") }
    }

    /// Adds entries with one attempt each, which the provider has accepted.
    func addEntries(
        _ entries: [(entry: EntryID, attempt: AttemptID, providerMessageID: String?)],
        of provider: String = ProviderName.nxtele
    ) async throws {
        let values = entries.map { one in
            "('\(one.entry)', '\(one.attempt)', \(one.providerMessageID.map { "'\($0)'" } ?? "NULL"))"
        }
        try await database.sql(
            """
            WITH given (entry_id, attempt_id, provider_message_id) AS (
                SELECT v.a::uuid, v.b::uuid, v.c::text FROM (VALUES \(values.joined(separator: ","))) AS v (a, b, c)
            ), added AS (
                INSERT INTO outbox.entry (id, account, user_id, recipient_phone_number, message, sender_id,
                    sms_units_used, cost_per_unit, total_cost, currency, encoding, provider, delivery_state, created_at)
                SELECT entry_id, 'default', 'u', '+4915112345678', 'hi', 's', 1, 0.05, 0.05, 'USD', 'gsm7', '\(provider)',
                       'accepted', now()
                FROM given
            )
            INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state,
                provider_message_id, prepared_at, dispatched_at, settled_at)
            SELECT attempt_id, entry_id, 0, 1, '\(provider)', '+4915112345678', 'accepted', provider_message_id,
                   '2026-11-21 01:00:00Z', '2026-11-21 01:00:01Z', '2026-11-21 01:00:02Z'
            FROM given
            """)
    }

    /// Runs workers until nothing waits but what they cannot claim.
    ///
    /// - Parameter trace: where they note what they parse; nil for a file of their own.
    func work(
        workers: Int = 1, batch: Int32 = 500, registry: ProviderRegistry = .standard, leaving left: Int = 0,
        trace: BreadcrumbFile? = nil, timeout: Duration = WebhookWorker.transactionTimeout,
        within limit: Duration = .seconds(60)
    ) async throws {
        let folder = try TemporaryFolder()
        let file = try trace ?? BreadcrumbFolder(path: folder.path, database: "test").take()
        let counts = WorkerCounts(reachable: Readiness().addCheck("database"))
        let configuration = ReceivingConfiguration(
            reading: SettingsReader(environment: [
                "DATABASE_URL": worker.connectionString, "POSTROOM_WORKERS": "\(workers)", "POSTROOM_BATCH": "\(batch)",
                "POSTROOM_STATE_DIR": folder.path,
            ]))
        let reader = WebhookReader(
            registry: registry, outboxRetention: configuration.outboxRetention, optOut: configuration.optOut)
        let reach = SharedClaimReach(now: .now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<workers {
                let worker = WebhookWorker(
                    configuration, reader: reader, trail: file.trail(place), reach: reach, counts: counts, log: log,
                    timeout: timeout)
                group.addTask { try await worker.run() }
            }
            try await eventually(within: limit, "the queue is empty") {
                try await database.sql("SELECT count(*) FROM queue.webhook") == ["\(left)"]
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Claims up to so many webhooks and processes them in one transaction, as one batch of a worker.
    ///
    /// - Parameter beforeCommit: runs on the worker's thread when all is done but the commit.
    @discardableResult
    func batch(
        _ limit: Int32 = 5_000, beforeCommit: @escaping @Sendable () -> Void = {}
    ) async throws -> BatchResult {
        let folder = try TemporaryFolder()
        let file = try BreadcrumbFolder(path: folder.path, database: "test").take()
        let reader = WebhookReader(
            registry: .standard, outboxRetention: .seconds(400 * 86_400), optOut: .standard)
        let run = WebhookBatchRun(
            reader: reader, trail: file.trail(0), timeZone: "Asia/Shanghai", now: { .now })
        let configuration = worker
        return try await OwnThread().run {
            let connection = try Connection.open(configuration, deadline: .far)
            return try connection.transaction(deadline: .far) { connection in
                let claimed = try connection.run(
                    ClaimWebhooks(above: 0, sources: reader.sources, limit: limit), deadline: .far)
                let result = try run.run(claimed, on: connection, deadline: .far)
                beforeCommit()
                return result
            }
        }
    }

    /// Sweeps all parked receipts once.
    func sweep() async throws -> Int {
        let configuration = worker
        return try await OwnThread().run {
            let connection = try Connection.open(configuration, deadline: .far)
            return try ParkedSweep(timeZone: "Asia/Shanghai", name: "test").run(
                from: ParkedSweep.Place(receivedAt: Timestamp(microseconds: 0)), until: .now, on: connection,
                deadline: .far
            ).matched
        }
    }

    /// Promise 2 at this moment: `difference|difference_dead`, summed up without their signs.
    func conservation() async throws -> [String] {
        try await database.sql(
            "SELECT coalesce(sum(abs(difference)), 0), coalesce(sum(abs(difference_dead)), 0) FROM monitor.conservation"
        )
    }

    /// `source|kind|count` of all tallies.
    func tallies() async throws -> [String] {
        try await database.sql(
            "SELECT source, kind, sum(count) FROM queue.tally GROUP BY source, kind ORDER BY source, kind")
    }
}

extension OptOutWords {
    /// The words of the settings' defaults.
    static var standard: OptOutWords { OptOutWords(reading: SettingsReader(environment: [:])) }
}

/// Runs the body with a migrated database.
func withBed(_ body: (Bed) async throws -> Void) async throws {
    try await withTestDatabase { database in try await body(Bed(database: database)) }
}
