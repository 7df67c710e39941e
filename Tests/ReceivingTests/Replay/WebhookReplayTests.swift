import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import Receiving

struct WebhookReplayTests {
    @Test func `a row that is held, or refused, holds up no other, and is named`() async throws {
        try await withBed { bed in
            let given = (1...4).map { number in
                (entry: EntryID(rawValue: UInt128(number)), attempt: AttemptID(rawValue: UInt128(100 + number)))
            }
            try await bed.addEntries(given.map { ($0.entry, $0.attempt, nil) })
            let webhooks = given.enumerated().map { place, one in
                Reported(messageID: "m\(place)", ext: "\(one.attempt)").webhook(
                    second: Double(place), random: UInt64(place))
            }
            try await bed.store(webhooks)
            try await bed.database.sql(
                """
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE check_violation; END
                $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON outbox.entry
                FOR EACH ROW WHEN (new.id = '\(given[1].entry)') EXECUTE FUNCTION public.refuse()
                """)
            let session = Session(bed.database.url)
            try await session.script("BEGIN; SELECT FROM outbox.entry WHERE id = '\(given[2].entry)' FOR UPDATE")

            let report = try await step(bed)
            #expect(
                report.replayed == 2 && report.news == [webhooks[0].id, webhooks[3].id]
                    && report.changes.map(\.entryID) == [given[0].entry, given[3].entry])
            #expect(report.refused.map(\.id) == [webhooks[1].id] && report.left == [webhooks[2].id])
            #expect(report.last == webhooks[3].id && report.unreadable.isEmpty)
            await session.close()

            let again = try await step(bed)
            #expect(
                again.replayed == 3 && again.news == [webhooks[2].id]
                    && again.changes.map(\.entryID) == [given[2].entry])
            #expect(try await bed.tallies().contains("nxtele-receipt|replayed|5"))
        }
    }

    @Test func `an SMS that is known may opt somebody out, and that is told`() async throws {
        try await withBed { bed in
            try await bed.store([inbound(messageID: "m1", text: "STOP", second: 1, random: 1)])
            try await bed.batch()
            try await bed.database.sql("DELETE FROM outbox.suppression_event")
            let report = try await step(bed)
            #expect(report.replayed == 1 && report.news == [] && report.optOuts == 1)
            #expect(try await bed.database.sql("SELECT kind FROM outbox.suppression_event") == ["suppressed"])
            #expect(try await step(bed).optOuts == 0)
        }
    }

    @Test func `a step reads no more bytes than it may and one webhook, and none is passed over`() async throws {
        try await withBed { bed in
            let webhooks = (1...4).map { place in
                Reported(messageID: "m\(place)", ext: String(repeating: "x", count: 40_000))
                    .webhook(second: Double(place), random: UInt64(place))
            }
            try await bed.store(webhooks)
            var after = WebhookID(rawValue: 0)
            var steps: [[WebhookID]] = []
            while steps.count < 9 {
                let walk = WalkWebhooks(
                    after: after, before: WebhookID(rawValue: .max), source: nil, account: nil, bytesMax: 50_000)
                let connection = ConnectionConfiguration(
                    connectionString: bed.database.url(user: "postroom_operator"))
                let walked = try await OwnThread().run {
                    try Connection.open(connection, deadline: .far).run(walk, deadline: .far)
                }
                guard let last = walked.last else { break }
                steps.append(walked.wanted.map(\.id))
                after = last
            }
            #expect(steps == [[webhooks[0].id, webhooks[1].id], [webhooks[2].id, webhooks[3].id]])
        }
    }

    private func step(_ bed: Bed) async throws -> ReplayReport {
        let replay = WebhookReplay(
            reader: WebhookReader(registry: .standard, outboxRetention: .seconds(400 * 86_400), optOut: .standard),
            timeZone: "Asia/Shanghai")
        let walk = WalkWebhooks(
            after: WebhookID(rawValue: 0), before: WebhookID(rawValue: .max), source: nil, account: nil)
        let operators = ConnectionConfiguration(connectionString: bed.database.url(user: "postroom_operator"))
        return try await OwnThread().run {
            try replay.step(walk, isDryRun: false, on: try Connection.open(operators, deadline: .far), deadline: .far)
        }
    }
}
