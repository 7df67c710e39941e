import Domain
import Foundation
import PostgresClient
import Store
import TestSupport

/// A migrated database's inbox, with what ingress, maintenance and time do to it; each under the role that does it.
struct Inbox: Sendable {
    let database: TestDatabase
    let ingress: Session
    let worker: Session

    init(_ database: TestDatabase) {
        self.database = database
        ingress = Session(database.url(user: "postroom_ingress"))
        worker = Session(database.url(user: "postroom_webhook_worker"))
    }

    /// This moment.
    static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }

    /// Webhooks taken in at these moments, as one flush of the ingress.
    static func batch(at times: [Timestamp]) -> WebhookBatch { batch(of: times.map(id)) }

    /// Another id for a webhook taken in at this moment.
    static func id(at time: Timestamp) -> WebhookID {
        WebhookID(at: time, random: (.random(in: 0 ... .max), .random(in: 0 ... .max)))
    }

    /// Webhooks of these ids, as one flush of the ingress.
    static func batch(of ids: [WebhookID]) -> WebhookBatch {
        var batch = WebhookBatch()
        for id in ids {
            batch.append(
                id: id, receivedAt: id.timestamp, source: .nxteleReceipt, account: "default", method: "POST",
                path: Array("/v1/nxtele/dr".utf8), query: [], contentType: nil, headers: [],
                body: Array("messageid=\(id.timestamp.microseconds)".utf8), remoteAddress: "192.0.2.1")
        }
        return batch
    }

    /// Stores and queues webhooks taken in at these moments; returns how many were new.
    @discardableResult
    func store(at times: [Timestamp]) async throws -> Int64 {
        try await ingress.run(InsertWebhooks(Self.batch(at: times)))
    }

    /// One call of the maintenance that makes days, as `day outcome rows`.
    func makeDays() async throws -> [DayUpkeep] { try await worker.run(MakeInboxDays(ahead: 7)) }

    /// Calls of it until it has nothing more to do; what they did.
    func makeAllDays() async throws -> [DayUpkeep] {
        var done: [DayUpkeep] = []
        try await eventually("all days are made") {
            let days = try await makeDays()
            done += days
            return days.isEmpty
        }
        return done
    }

    /// One call of the maintenance that drops days, by a machine whose clock is so far behind.
    func prune(_ retention: Duration = .seconds(35 * 86_400), behind: Duration = .zero) async throws -> [DayUpkeep] {
        try await worker.run(PruneInbox(retention: retention, now: Inbox.now - behind))
    }

    /// Takes the partitions of all days away, as if nobody had made them.
    func dropAllDays() async throws {
        try await database.sql(
            """
            DO $$ DECLARE d record; BEGIN
                FOR d IN SELECT partition FROM inbox.days() LOOP EXECUTE format('DROP TABLE %s', d.partition); END LOOP;
            END $$
            """)
    }

    /// Makes the partition of a day that maintenance would not make any more.
    func addDay(_ day: CivilDate) async throws {
        try await database.sql(
            """
            DO $$ BEGIN
                EXECUTE format('CREATE TABLE inbox.%I PARTITION OF inbox.webhook FOR VALUES FROM (%L) TO (%L)',
                    'webhook_' || to_char(date '\(day)', 'YYYYMMDD'), ops.day_lowest_id('\(day)'),
                    ops.day_lowest_id(date '\(day)' + 1));
            END $$
            """)
    }

    /// The days that have a partition.
    func days() async throws -> [String] {
        try await database.sql("SELECT ops.webhook_day(d.lowest_id) FROM inbox.days() AS d ORDER BY 1")
    }

    /// `partition count` of all partitions that hold webhooks.
    func rows() async throws -> [String] {
        try await database.sql(
            "SELECT w.tableoid::regclass || ' ' || count(*) FROM inbox.webhook AS w GROUP BY w.tableoid ORDER BY 1")
    }

    /// Lets all webhooks of a day be processed.
    func settle(_ day: CivilDate) async throws {
        try await database.sql("DELETE FROM queue.webhook WHERE ops.webhook_day(webhook_id) = '\(day)'")
    }

    /// No vacuum may hold a lock on what webhooks are written to.
    func keepVacuumAway() async throws {
        try await database.sql(
            """
            DO $$ DECLARE t regclass; BEGIN
                FOR t IN SELECT i.inhrelid FROM pg_inherits AS i WHERE i.inhparent = 'inbox.webhook'::regclass
                    UNION ALL VALUES ('queue.webhook'::regclass), ('queue.tally'::regclass)
                LOOP EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', t); END LOOP;
            END $$
            """)
    }
}

extension CivilDate {
    /// The day so many later.
    func adding(days: Int32) -> CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch + days) }
    /// Its middle, far from both of its ends.
    var noon: Timestamp { Timestamp(microseconds: start.microseconds + 43_200_000_000) }
    /// Its partition.
    var partition: String { "inbox.webhook_" + description.replacing("-", with: "") }
}

extension [DayUpkeep] {
    /// `day outcome rows` of each.
    var texts: [String] { map { "\($0.day?.description ?? "-") \($0.outcome) \($0.rowCount)" } }
}

/// Runs the body with a migrated database's inbox.
func withInbox(_ body: (Inbox) async throws -> Void) async throws {
    try await withTestDatabase { database in
        let inbox = Inbox(database)
        try await body(inbox)
        await inbox.ingress.close()
        await inbox.worker.close()
    }
}
