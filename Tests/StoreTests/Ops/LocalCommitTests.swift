import Domain
import Foundation
import PostgresClient
import Store
import TestSupport
import Testing

/// What need not wait for a synchronous standby, and what must.
@Suite struct `A commit that waits for this server alone` {
    @Test func `is that of signs of life, folds and prunes`() async throws {
        try await withTestDatabase { database in
            try await database.sql("INSERT INTO queue.send_slot (provider, slot) VALUES ('nxtele', 1)")
            func commit<S: Statement>(of statement: S, as role: String = "postroom_webhook_worker") async throws
                -> String
            where S.Output: Sendable {
                let session = Session(database.url(user: role))
                try await session.script("BEGIN")
                _ = try await session.run(statement)
                let setting = try await session.run(CommitSetting())
                try await session.script("COMMIT")
                #expect(try await session.run(CommitSetting()) == "on")
                await session.close()
                return setting
            }
            for role in ["ingress", "webhook_worker", "api", "send_worker", "alert_worker"] {
                #expect(try await commit(of: InsertHeartbeat(Self.heartbeat), as: "postroom_\(role)") == "local")
            }
            for role in ["postroom_ingress", "postroom_operator"] {
                #expect(try await commit(of: InsertSpoolReport(Self.report), as: role) == "local")
            }
            let day = Duration.seconds(86_400)
            #expect(try await commit(of: FoldTally(rowsMax: 10)) == "local")
            #expect(try await commit(of: FoldOutboxTally(rowsMax: 10)) == "local")
            #expect(try await commit(of: FoldSuppressions(rowsMax: 10)) == "local")
            #expect(try await commit(of: FoldCostSlice()) == "local")
            #expect(try await commit(of: MakeInboxDays(ahead: 1)) == "local")
            #expect(try await commit(of: PruneInbox(retention: day, now: Inbox.now)) == "local")
            #expect(try await commit(of: PruneOutbox(retention: day, now: Inbox.now, rowsMax: 10)) == "local")
            #expect(try await commit(of: PruneAlerts(retention: day, now: Inbox.now, rowsMax: 10)) == "local")
            #expect(try await commit(of: PruneHeartbeats(keep: day, rowsMax: 10)) == "local")
            let slots = PruneSendSlots(providers: ["nxtele"], keep: day)
            #expect(try await commit(of: slots, as: "postroom_send_worker") == "local")
        }
    }

    @Test func `is not that of a heartbeat that vouches for the commits before it`() async throws {
        try await withTemporaryFolder { folder in
            try await withTestCluster(in: "\(folder)/data") { cluster in
                let url = try await cluster.url(user: "postroom_send_worker")
                let (beating, vouching) = (Session(url), Session(url))
                try await cluster.waitForNobody(true)
                for _ in 0..<3 { try await beating.run(InsertHeartbeat(Self.heartbeat)) }
                #expect(try await cluster.sql("SELECT count(*) FROM ops.process") == ["3"])
                async let vouched: Void = vouching.run(InsertHeartbeat(Self.heartbeat, vouches: true))
                try await eventually("it waits") {
                    try await cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == ["1"]
                }
                try await cluster.waitForNobody(false)
                try await vouched
                await beating.close()
                await vouching.close()
            }
        }
    }

    private static let heartbeat = Heartbeat(
        of: ProcessIdentity(
            id: 7, executable: "postroom-api", version: "1", host: "one", pid: 7,
            startedAt: Timestamp(microseconds: 1_684_593_000_000_000)),
        at: Timestamp(microseconds: 1_684_593_001_000_000), isStopping: false)

    private static let report = SpoolReport(
        processID: 7, host: "one", folder: "/spool", webhooks: 1, bytes: 2, oldest: nil, filesAside: 0, spooled: 1,
        drained: 0, isClosed: false)
}

/// Asks what the next commit waits for.
private struct CommitSetting: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT pg_catalog.current_setting('synchronous_commit')"

    func decode(_ rows: Rows) throws(PostgresError) -> String {
        try rows.single { row throws(PostgresError) in try row.text() }
    }
}
