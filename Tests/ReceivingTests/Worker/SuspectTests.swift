import Domain
import PostgresClient
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Receiving

/// Keeps the trace that would be left if the process died of what it is given, and does as the real one does.
private struct TracedParser: WebhookParser {
    let version: Int32 = 1
    let provider = ProviderName.nxtele
    let file: BreadcrumbFile
    let traces = Traces()
    func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent {
        traces.add(file.leftovers)
        return try NXTeleReceiptParser().parse(raw)
    }
}

private final class Traces: Sendable {
    private let state = Mutex<[BreadcrumbFile.Leftover]>([])
    var all: [BreadcrumbFile.Leftover] { state.withLock { $0 } }
    func add(_ some: [BreadcrumbFile.Leftover]) { state.withLock { $0 += some } }
}

/// Counts what it is given, and does as the real one does.
private struct WatchedParser: WebhookParser {
    let version: Int32 = 1
    let provider = ProviderName.nxtele
    let seen: Seen
    func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent {
        seen.add(raw.id)
        return try NXTeleReceiptParser().parse(raw)
    }
}

@Suite struct `What a process died of` {
    private func webhooks(_ count: Int) -> [Given] {
        (0..<count).map { Reported(messageID: "m\($0)").webhook(second: Double($0), random: UInt64($0)) }
    }

    @Test func `is buried unread after three deaths, tried alone before, and the innocent are none of it`() async throws
    {
        try await withBed { bed in
            let given = webhooks(12)
            try await bed.store(given)
            try await bed.database.sql(
                """
                UPDATE queue.webhook AS q SET deaths = v.deaths
                FROM (VALUES ('\(given[3].id)'::uuid, 3), ('\(given[4].id)', 1), ('\(given[5].id)', 2),
                             ('\(given[6].id)', 7)) AS v (id, deaths)
                WHERE q.webhook_id = v.id
                """)
            let seen = Seen()
            try await bed.work(registry: ProviderRegistry([.nxteleReceipt: WatchedParser(seen: seen)]))
            #expect(
                try await bed.database.sql(
                    """
                    SELECT d.webhook_id, d.reason, d.tries, d.parser_version, d.body = w.body
                    FROM queue.webhook_dead AS d JOIN inbox.webhook AS w ON w.id = d.webhook_id ORDER BY 1
                    """) == [
                        "\(given[3].id)|killed-the-process|3|0|t", "\(given[6].id)|killed-the-process|7|0|t",
                    ])
            // Not one byte of it was given to a parser.
            #expect(!seen.ids.contains(given[3].id) && !seen.ids.contains(given[6].id))
            #expect(Set(seen.ids).count == 10 && seen.ids.count == 10)
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["10"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `leaves the trace of one that was alone only where it was a suspect`() async throws {
        try await withBed { bed in
            try await bed.store(webhooks(3))
            let seqs = try await bed.database.sql("SELECT seq FROM queue.webhook ORDER BY seq").compactMap { Int64($0) }
            try await bed.database.sql("UPDATE queue.webhook SET deaths = 1 WHERE seq = \(seqs[1])")
            let folder = try TemporaryFolder()
            let file = try BreadcrumbFolder(path: folder.path, database: "test").take()
            let parser = TracedParser(file: file)
            try await bed.work(registry: ProviderRegistry([.nxteleReceipt: parser]), trace: file)
            let traces = seqs.enumerated().map { trace($1, alone: $0 == 1) }
            #expect(parser.traces.all.count == 3 && Set(parser.traces.all) == Set(traces))
            #expect(file.leftovers == [])
        }
    }

    @Test func `no batch contains a suspect`() async throws {
        try await withBed { bed in
            let given = webhooks(5)
            try await bed.store(given)
            try await bed.database.sql("UPDATE queue.webhook SET deaths = 1 WHERE webhook_id = '\(given[2].id)'")
            #expect(try await bed.batch().processed == 4)
            #expect(try await bed.database.sql("SELECT webhook_id FROM queue.webhook") == ["\(given[2].id)"])
        }
    }

    @Test func `a suspect has its turn also while there is always something else`() async throws {
        try await withBed { bed in
            let given = webhooks(1)
            try await bed.store(given)
            try await bed.database.sql("UPDATE queue.webhook SET deaths = 1")
            // More than one worker gets through in the time, one at a time.
            try await bed.store(
                (10..<3_010).map { Reported(messageID: "n\($0)").webhook(second: 100, random: UInt64($0)) })
            async let done: Void = bed.work(batch: 1)
            try await eventually("the suspect is processed") {
                try await bed.database.sql("SELECT count(*) FROM outbox.receipt WHERE message_id = 'm0'") == ["1"]
            }
            try await bed.database.sql("DELETE FROM queue.webhook")
            try await done
            // However long it took to see that. Of a table that was only added to, the place tells the order.
            let others = try await bed.database.sql(
                """
                SELECT count(*) FILTER (WHERE r.ctid < s.ctid) > 0, count(*) FILTER (WHERE r.ctid > s.ctid) > 0
                FROM outbox.receipt AS r CROSS JOIN outbox.receipt AS s WHERE s.message_id = 'm0'
                """)
            #expect(others == ["t|t"])
        }
    }

    @Test func `a suspect that stays does not keep the others from their turn`() async throws {
        try await withBed { bed in
            let given = webhooks(3)
            try await bed.store(given)
            try await bed.database.sql(
                "UPDATE queue.webhook SET deaths = 1; DELETE FROM inbox.webhook WHERE id = '\(given[0].id)'")
            try await bed.work(leaving: 1)
            #expect(try await bed.database.sql("SELECT webhook_id FROM queue.webhook") == ["\(given[0].id)"])
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["2"])
        }
    }

    @Test func `is noted on what still waits, once for each trace, and the trace is cleared`() async throws {
        try await withBed { bed in
            try await bed.store(webhooks(4))
            let seqs = try await bed.database.sql("SELECT seq FROM queue.webhook ORDER BY seq").compactMap { Int64($0) }
            let folder = try TemporaryFolder()
            let state = try BreadcrumbFolder(path: folder.path, database: "test")
            let pool = ConnectionPool(bed.worker, capacity: 1)
            let recorder = DeathRecorder(folder: state, pool: pool, log: bed.log)
            for process in 1...2 {
                try state.leave(
                    [
                        trace(seqs[0], alone: true), trace(seqs[2], alone: false),
                        // Settled meanwhile.
                        trace(seqs[3] + 1_000, alone: true),
                    ], in: process)
                try await recorder.recordAbandoned()
                try await recorder.recordAbandoned()
            }
            // Those who died together are suspects, and no more than that however often: one of them is guilty.
            #expect(
                try await bed.database.sql("SELECT deaths FROM queue.webhook ORDER BY seq") == ["2", "0", "1", "0"])
            #expect(try state.leftovers == [])
            await pool.close()
        }
    }

    @Test func `is kept, too, where Postgres was told and does not commit it`() async throws {
        try await withBed { bed in
            try await bed.store(webhooks(2))
            try await bed.database.sql(
                """
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE check_violation; END $$;
                CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON queue.webhook DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION public.refuse()
                """)
            let seqs = try await bed.database.sql("SELECT seq FROM queue.webhook ORDER BY seq").compactMap { Int64($0) }
            let folder = try TemporaryFolder()
            let state = try BreadcrumbFolder(path: folder.path, database: "test")
            let traces = [trace(seqs[0], alone: true), trace(seqs[1], alone: false)]
            try state.leave(traces)
            let pool = ConnectionPool(bed.worker, capacity: 1)
            let recorder = DeathRecorder(folder: state, pool: pool, log: bed.log)
            await #expect(throws: PostgresError.self) { try await recorder.recordAbandoned() }
            #expect(try state.leftovers == traces)
            try await bed.database.sql("DROP TRIGGER refuse ON queue.webhook")
            try await recorder.recordAbandoned()
            #expect(try await bed.database.sql("SELECT deaths FROM queue.webhook ORDER BY seq") == ["1", "1"])
            #expect(try state.leftovers == [])
            await pool.close()
        }
    }

    @Test func `is kept where Postgres cannot be told`() async throws {
        let folder = try TemporaryFolder()
        let state = try BreadcrumbFolder(path: folder.path, database: "test")
        let traces = [4, 5].map { trace($0, alone: true) }
        try state.leave(traces)
        // A folder without a socket: nobody else can come to listen there, as on a free port.
        let pool = ConnectionPool(ConnectionConfiguration(connectionString: "host=\(folder.path) port=1"))
        await #expect(throws: PostgresError.self) {
            try await DeathRecorder(folder: state, pool: pool, log: .init(label: "test")).recordAbandoned()
        }
        #expect(try state.leftovers == traces)
    }
}
