import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import Providers
@testable import Receiving

/// Reads a provider that this version does not know: `receipt|ID|PHONE|STATUS|EXT`, and `sms|ID|FROM|TEXT`.
private struct CarrierParser: WebhookParser {
    static let name = "carrier"
    static let source = WebhookSource(rawValue: "carrier-events")

    let version: Int32 = 1
    let provider = CarrierParser.name

    func parse(_ raw: RawWebhook) throws(ParseFailure) -> WebhookEvent {
        let fields = String(decoding: raw.body, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
            .map(String.init)
        guard let kind = fields.first, fields.count == (kind == "receipt" ? 5 : 4) else {
            throw ParseFailure(.badValue, field: "event", note: "not so many fields")
        }
        // Begins with a name that no other provider's begins with.
        let key = ReceiptKey(reportedTime: nil, digest: Array("\(kind.prefix(1))c \(fields[1])".utf8))
        guard kind == "receipt" else {
            return .inbound(
                InboundMessage(
                    key: key.rawValue, messageID: fields[1], fromNumber: fields[2], fromNumberRaw: fields[2],
                    toNumber: "+18184505018", toNumberRaw: "+18184505018", content: fields[3], reportedTime: "",
                    size: nil, price: nil, contentHash: 1))
        }
        return .receipt(
            Receipt(
                messageID: fields[1], phone: fields[2], status: fields[3], reportedTime: "",
                content: ReceiptContent(
                    price: nil, size: nil, rate: nil, currency: nil, result: "", submittedTime: "", ext: fields[4])),
            key: key, contentHash: 1)
    }
}

@Suite struct `Webhooks of a provider that this version does not know` {
    private static let registry: ProviderRegistry = {
        var parsers: [WebhookSource: any WebhookParser] = [CarrierParser.source: CarrierParser()]
        for source in ProviderRegistry.standard.sources {
            parsers[source] = ProviderRegistry.standard.parser(for: source)
        }
        return ProviderRegistry(parsers)
    }()

    private func webhook(_ body: String, _ number: UInt64) -> Given {
        var given = Given(second: Double(number), random: number)
        given.source = CarrierParser.source
        given.path = "/v1/carrier"
        given.body = Array(body.utf8)
        return given
    }

    /// What the migration of such a provider does.
    private func add(to bed: Bed) async throws {
        try await bed.database.sql(
            """
            INSERT INTO ops.provider (name) VALUES ('\(CarrierParser.name)');
            ALTER TABLE outbox.suppression_event
                DROP CONSTRAINT suppression_event_source_known,
                DROP CONSTRAINT suppression_event_origin_whole,
                ADD CONSTRAINT suppression_event_source_known CHECK (
                    source IN ('nxtele', 'onoff', '\(CarrierParser.name)', 'api', 'operator')),
                ADD CONSTRAINT suppression_event_origin_whole CHECK (
                    (source IN ('nxtele', 'onoff', '\(CarrierParser.name)')) = (webhook_id IS NOT NULL)
                    AND (webhook_id IS NULL) = (word IS NULL)
                    AND (webhook_id IS NULL) = (actor IS NOT NULL))
            """)
    }

    @Test func `end where its own attempts are, in a batch with another's, also where both gave one id`() async throws {
        try await withBed { bed in
            try await add(to: bed)
            let entries = (1...4).map { EntryID(rawValue: 0x0190 << 112 | $0) }
            let attempts = (1...4).map { AttemptID(rawValue: 0x0191 << 112 | $0) }
            try await bed.addEntries(
                [(entries[0], attempts[0], "one-id"), (entries[1], attempts[1], nil)], of: CarrierParser.name)
            try await bed.addEntries([(entries[2], attempts[2], "one-id"), (entries[3], attempts[3], "other")])
            try await bed.store([
                webhook("receipt|one-id|4915112345678|2|", 1),
                webhook("receipt|x|4915112345678|5|\(attempts[1])", 2),
                Reported(messageID: "one-id", status: "5").webhook(second: 3, random: 3),
                // Ours, but handed to the other provider: it stays parked.
                webhook("receipt|y|4915112345678|2|\(attempts[3])", 4),
            ])
            try await bed.work(registry: Self.registry)
            #expect(
                try await bed.database.sql("SELECT provider, delivery_state FROM outbox.entry ORDER BY id") == [
                    "carrier|delivered", "carrier|undelivered", "nxtele|undelivered", "nxtele|accepted",
                ])
            #expect(
                try await bed.database.sql(
                    """
                    SELECT provider, message_id, status, attempt_id
                    FROM outbox.receipt ORDER BY provider, message_id
                    """) == [
                        "carrier|one-id|2|\(attempts[0])", "carrier|x|5|\(attempts[1])", "carrier|y|2|",
                        "nxtele|one-id|5|\(attempts[2])",
                    ])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `are inbound SMS and opt-outs of its own`() async throws {
        try await withBed { bed in
            try await add(to: bed)
            try await bed.store([
                webhook("sms|1|+12347200160|STOP", 1), webhook("sms|2|+12347200161|hello", 2),
                inbound(messageID: "1", text: "stop", second: 3, random: 3),
            ])
            try await bed.work(registry: Self.registry)
            #expect(
                try await bed.database.sql(
                    "SELECT provider, message_id, body FROM sms_log.inbound ORDER BY provider, message_id") == [
                        "carrier|1|STOP", "carrier|2|hello", "nxtele|1|stop",
                    ])
            #expect(
                try await bed.database.sql(
                    "SELECT number, source, kind, word FROM outbox.suppression_event ORDER BY source") == [
                        "+12347200160|carrier|suppressed|stop", "+12347200160|nxtele|suppressed|stop",
                    ])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `are not taken for another's without its migration: the STOP is a dead letter, which is told`()
        async throws
    {
        try await withBed { bed in
            try await bed.store([webhook("sms|1|+12347200160|STOP", 1), webhook("sms|2|+12347200161|hello", 2)])
            try await bed.work(registry: Self.registry)
            #expect(
                try await bed.database.sql("SELECT source, reason FROM queue.webhook_dead") == [
                    "carrier-events|refused-by-database"
                ])
            #expect(try await bed.database.sql("SELECT message_id FROM sms_log.inbound") == ["2"])
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.suppression_event") == ["0"])
        }
    }
}
