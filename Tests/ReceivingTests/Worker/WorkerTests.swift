import Domain
import PostgresClient
import Providers
import Runtime
import TestSupport
import Testing

@testable import Receiving

@Suite struct `Workers empty the queue` {
    /// Webhooks of all kinds, some twice.
    private func mixed(_ count: Int, seed: UInt64) -> [Given] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { place in
            let number = Int.random(in: 0..<(count * 2 / 3), using: &random)
            let second = Double(place) / 100
            switch number % 4 {
            case 0: return Logged(id: "event \(number)").webhook(second: second, random: UInt64(place))
            case 1: return inbound(messageID: "\(number)", text: "hi", second: second, random: UInt64(place))
            default: return Reported(messageID: "message-\(number)").webhook(second: second, random: UInt64(place))
            }
        }
    }

    @Test(arguments: [(1, Int32(500)), (1, 7), (3, 20), (2, 500)])
    func `whatever their number and batch`(workers: Int, batch: Int32) async throws {
        try await withBed { bed in
            let webhooks = mixed(600, seed: 5)
            try await bed.store(webhooks)
            #expect(try await bed.conservation() == ["0|0"])
            try await bed.work(workers: workers, batch: batch)
            #expect(try await bed.conservation() == ["0|0"])
            let distinct = Set(webhooks.map { "\($0.source)" + String(decoding: $0.body, as: UTF8.self) }).count
            #expect(
                try await bed.database.sql(
                    """
                    SELECT (SELECT count(*) FROM outbox.receipt) + (SELECT count(*) FROM sms_log.entry)
                         + (SELECT count(*) FROM sms_log.inbound), (SELECT count(*) FROM queue.webhook_dead)
                    """) == ["\(distinct)|0"])
            #expect(
                try await bed.database.sql(
                    "SELECT sum(count) FILTER (WHERE kind = 'processed'), sum(count) FILTER (WHERE kind = 'duplicate') "
                        + "FROM queue.tally") == ["600|\(600 - distinct)"])
            // Each is in one bucket of the histogram.
            #expect(
                try await bed.database.sql(
                    "SELECT sum(b) FROM queue.tally, unnest(latency_buckets) AS b WHERE kind = 'processed'") == ["600"])
        }
    }

    @Test func `also where they all fight for the same receipts of the same entries`() async throws {
        try await withBed { bed in
            let attempts = (1...20).map { AttemptID(rawValue: 0x0191 << 112 | UInt128($0)) }
            try await bed.addEntries(
                attempts.map { (EntryID(rawValue: $0.rawValue ^ (0x0001 << 112)), $0, nil as String?) })
            var random = SeededGenerator(seed: 77)
            var webhooks: [Given] = []
            for round in 0..<60 {
                for attempt in attempts.shuffled(using: &random) {
                    var receipt = Reported(messageID: attempt.description)
                    receipt.status = ["2", "5", "12"].randomElement(using: &random) ?? "2"
                    receipt.price = ["0.045", "0.05"].randomElement(using: &random) ?? "1"
                    receipt.time = "2026-11-21 10:00:0\(Int.random(in: 0...3, using: &random))"
                    webhooks.append(receipt.webhook(second: Double(round), random: random.next()))
                }
            }
            try await bed.store(webhooks)
            try await bed.work(workers: 4, batch: 15)
            #expect(try await bed.conservation() == ["0|0"])
            #expect(
                try await bed.database.sql("SELECT sum(count) FROM queue.tally WHERE kind = 'processed'") == ["1200"])
            #expect(try await bed.database.sql("SELECT DISTINCT delivery_state FROM outbox.entry") == ["delivered"])
            #expect(
                try await bed.database.sql(
                    "SELECT count(DISTINCT (message_id, status, reported_time)), count(*) FROM outbox.receipt"
                ).map {
                    $0.split(separator: "|")
                }.allSatisfy { $0[0] == $0[1] })
        }
    }

    @Test func `bytes without meaning are buried whole, with their reason, and count as dead`() async throws {
        try await withBed { bed in
            var webhooks: [Given] = []
            for (place, body) in [
                [UInt8]("messageid=m&phone=4915112345678".utf8), [], [0, 255, 254], Array("status=2".utf8),
                Array("messageid=%00&phone=4915112345678&status=2".utf8),
            ].enumerated() {
                var given = Given(second: Double(place), random: UInt64(place))
                given.body = body
                given.query = place == 3 ? "phone=x" : ""
                webhooks.append(given)
            }
            webhooks.append(Logged(id: "fine").webhook(second: 9, random: 9))
            var broken = Logged(id: "x").webhook(second: 10, random: 10)
            broken.body.removeLast()
            webhooks.append(broken)
            try await bed.store(webhooks)
            try await bed.work()
            let dead = try await bed.database.sql(
                """
                SELECT d.reason, d.tries, d.parser_version, d.detail <> '' OR d.reason = 'empty',
                       (d.source, d.account, d.received_at, d.method, d.path, d.query, d.headers, d.body, d.remote_address)
                       IS NOT DISTINCT FROM
                       (w.source, w.account, w.received_at, w.method, w.path, w.query, w.headers, w.body, w.remote_address)
                FROM queue.webhook_dead AS d JOIN inbox.webhook AS w ON w.id = d.webhook_id ORDER BY d.received_at
                """)
            #expect(
                dead == [
                    "missing-field|1|1|t|t", "empty|1|1|t|t", "missing-field|1|1|t|t", "missing-field|1|1|t|t",
                    "nul-byte|1|1|t|t", "malformed-json|1|1|t|t",
                ])
            #expect(try await bed.database.sql("SELECT event_id FROM sms_log.entry") == ["fine"])
            #expect(
                try await bed.tallies() == [
                    "nxtele-receipt|accepted|5", "nxtele-receipt|dead|5", "onoff-sms|accepted|2", "onoff-sms|dead|1",
                    "onoff-sms|processed|1",
                ])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `what is older than deduplication remembers is buried as too-old`() async throws {
        try await withBed { bed in
            let tooOld = Reported(messageID: "a").webhook(second: -400 * 86_400 - 60, random: 1)
            let oldEnough = Reported(messageID: "b").webhook(second: -399 * 86_400, random: 2)
            try await bed.store([tooOld, oldEnough])
            try await bed.work()
            #expect(
                try await bed.database.sql("SELECT webhook_id, reason FROM queue.webhook_dead")
                    == ["\(tooOld.id)|too-old"])
            #expect(try await bed.database.sql("SELECT message_id FROM outbox.receipt") == ["b"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `a source that this version does not know is left waiting`() async throws {
        try await withBed { bed in
            var unknown = Reported(messageID: "a").webhook(second: 1, random: 1)
            unknown.source = WebhookSource(rawValue: "telepathy")
            try await bed.store([unknown, Reported(messageID: "b").webhook(second: 2, random: 2)])
            try await bed.work(leaving: 1)
            #expect(try await bed.database.sql("SELECT source FROM queue.webhook") == ["telepathy"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `a webhook whose raw row somebody removed waits, and the others do not wait with it`() async throws {
        try await withBed { bed in
            let webhooks = (0..<30).map {
                Reported(messageID: "m\($0)").webhook(second: Double($0), random: UInt64($0))
            }
            try await bed.store(webhooks)
            try await bed.database.sql("DELETE FROM inbox.webhook WHERE id = '\(webhooks[7].id)'")
            try await bed.work(batch: 10, leaving: 1)
            #expect(try await bed.database.sql("SELECT webhook_id FROM queue.webhook") == ["\(webhooks[7].id)"])
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["29"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }
}

@Suite struct `A batch is no larger than a transaction can bear` {
    /// Makes the test's own database take its time for every receipt, or for those with this word.
    private func delay(_ bed: Bed, seconds: Double, of result: String? = nil) async throws {
        try await bed.database.sql(
            """
            CREATE FUNCTION public.delay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF \(result.map { "NEW.result = '\($0)'" } ?? "true") THEN PERFORM pg_sleep(\(seconds)); END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER delay BEFORE INSERT ON outbox.receipt FOR EACH ROW EXECUTE FUNCTION public.delay()
            """)
    }

    @Test func `what cannot be done in time is tried in halves until it can`() async throws {
        try await withBed { bed in
            try await delay(bed, seconds: 0.1)
            try await bed.store(
                (0..<48).map { Reported(messageID: "m\($0)").webhook(second: Double($0), random: UInt64($0)) })
            // 4.8 s for all.
            try await bed.work(timeout: .seconds(2))
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["48"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    /// It is not passed over for it: the time may have been lost on the way.
    @Test func `one that is once not done in time, alone, is tried again at once`() async throws {
        try await withBed { bed in
            try await bed.database.sql(
                """
                CREATE SEQUENCE public.tries;
                GRANT USAGE ON SEQUENCE public.tries TO postroom_webhook_worker;
                CREATE FUNCTION public.delay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('public.tries') = 1 THEN PERFORM pg_sleep(60); END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER delay BEFORE INSERT ON outbox.receipt FOR EACH ROW EXECUTE FUNCTION public.delay()
                """)
            try await bed.store([Reported(messageID: "m").webhook(second: 0, random: 0)])
            try await bed.work(timeout: .seconds(1), within: PassedOver<Int64>.span / 2)
            #expect(try await bed.database.sql("SELECT last_value FROM public.tries") == ["2"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `one that is never done in time is left waiting, and the others go on`() async throws {
        try await withBed { bed in
            try await delay(bed, seconds: 60, of: "SLOW")
            try await bed.store(
                (0..<12).map { place in
                    var receipt = Reported(messageID: "m\(place)")
                    if place == 0 { receipt.result = "SLOW" }
                    return receipt.webhook(second: Double(place), random: UInt64(place))
                })
            try await bed.work(leaving: 1, timeout: .seconds(1))
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["11"])
            #expect(try await bed.database.sql("SELECT count(*) FROM queue.webhook_dead") == ["0"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `hundreds that wait for what somebody holds keep the others from their turn for seconds only`()
        async throws
    {
        try await withBed { bed in
            let held = 400
            let ids = (0...held).map { UInt128($0) }
            try await bed.addEntries(
                ids.map {
                    (EntryID(rawValue: 0x0190 << 112 | $0), AttemptID(rawValue: 0x0191 << 112 | $0), nil as String?)
                })
            let session = Session(bed.database.url)
            try await session.script("BEGIN; SELECT FROM outbox.entry AS e ORDER BY e.id LIMIT \(held) FOR UPDATE")
            try await bed.store(
                ids.map {
                    Reported(messageID: AttemptID(rawValue: 0x0191 << 112 | $0).description).webhook(
                        second: Double($0), random: UInt64($0))
                })
            // All of the first batch. Searched to its end it takes 40 s: each its wait, twice.
            try await bed.work(batch: Int32(held), leaving: held, within: .seconds(25))
            #expect(
                try await bed.database.sql("SELECT count(*) FROM outbox.entry WHERE delivery_state = 'delivered'") == [
                    "1"
                ])
            #expect(try await bed.conservation() == ["0|0"])
            await session.close()
        }
    }

    /// Events that nobody knows, which are kept whole.
    private func large(_ count: Int, bytes: Int) -> [Given] {
        (0..<count).map { place in
            Logged(id: "large \(place)", text: String(repeating: "x", count: bytes), eventName: "CDR").webhook(
                second: Double(place), random: UInt64(place))
        }
    }

    @Test func `it reads so many bytes, what is small first, and leaves the rest to the next`() async throws {
        try await withBed { bed in
            let small = (0..<40).map {
                Reported(messageID: "m\($0)").webhook(second: 100 + Double($0), random: UInt64(100 + $0))
            }
            try await bed.store(large(12, bytes: 1_000_000) + small)
            let first = try await bed.batch()
            #expect(first.processed == 48 && first.tooMany == 4 && first.withoutRaw.isEmpty)
            #expect(first.rawBytes <= WebhookBatchRun.rawBytesMax)
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["40"])
            let second = try await bed.batch()
            #expect(second.processed == 4 && second.tooMany == 0)
            #expect(try await bed.database.sql("SELECT count(*) FROM sms_log.other_event") == ["12"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `one that is larger than that alone has its turn, too`() async throws {
        try await withBed { bed in
            try await bed.store(large(2, bytes: WebhookBatchRun.rawBytesMax))
            for left in [1, 0] {
                let result = try await bed.batch()
                // More than the parser takes, too, which is for the parser to say.
                #expect(result.buried == 1 && result.tooMany == left)
            }
        }
    }

    @Test(arguments: [1, 3])
    func `what a batch leaves is found soon, whatever the number of workers`(workers: Int) async throws {
        try await withBed { bed in
            try await bed.store(large(30, bytes: 1_000_000))
            try await bed.work(workers: workers, batch: 20)
            #expect(try await bed.database.sql("SELECT count(*) FROM sms_log.other_event") == ["30"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }
}

@Suite struct `One bad webhook does not hold up the others` {
    /// Makes the test's own database refuse every receipt and event with a marker.
    private func refuse(_ bed: Bed, code: String) async throws {
        for (table, column) in [("outbox.receipt", "result"), ("sms_log.entry", "body")] {
            let name = table.replacingDots
            try await bed.database.sql(
                """
                CREATE FUNCTION public.refuse_\(name)() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF NEW.\(column) = 'MARKER' THEN
                        RAISE EXCEPTION 'secret 4915112345678' USING ERRCODE = '\(code)', CONSTRAINT = 'no_marker';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON \(table) FOR EACH ROW EXECUTE FUNCTION public.refuse_\(name)()
                """)
        }
    }

    @Test(arguments: ["22003", "23514", "54000"])
    func `it is found among five hundred, and buried with its bytes`(code: String) async throws {
        try await withBed { bed in
            try await refuse(bed, code: code)
            var webhooks: [Given] = []
            for place in 0..<500 {
                var receipt = Reported(messageID: "m\(place)")
                if place == 123 || place == 124 || place == 499 { receipt.result = "MARKER" }
                webhooks.append(receipt.webhook(second: Double(place), random: UInt64(place)))
            }
            webhooks.append(Logged(id: "bad", text: "MARKER").webhook(second: 600, random: 600))
            webhooks.append(Logged(id: "good").webhook(second: 601, random: 601))
            try await bed.store(webhooks)
            // One worker: two might share it out so that one of them has nothing but what is refused, and leaves it.
            try await bed.work()
            #expect(
                try await bed.database.sql(
                    """
                    SELECT d.reason, d.tries, d.body = w.body, position('4915112345678' IN d.detail),
                           position('\(code)' IN d.detail) > 0
                    FROM queue.webhook_dead AS d JOIN inbox.webhook AS w ON w.id = d.webhook_id
                    """) == [String](repeating: "refused-by-database|1|t|0|t", count: 4))
            #expect(
                try await bed.database.sql(
                    "SELECT webhook_id FROM queue.webhook_dead ORDER BY received_at")
                    == [123, 124, 499, 500].map { "\(webhooks[$0].id)" })
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["497"])
            #expect(try await bed.database.sql("SELECT event_id FROM sms_log.entry") == ["good"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `what fails for another reason than its data is left waiting, until it passes`() async throws {
        try await withBed { bed in
            try await refuse(bed, code: "55P03")
            var bad = Reported(messageID: "a")
            bad.result = "MARKER"
            try await bed.store([
                bad.webhook(second: 1, random: 1), Reported(messageID: "b").webhook(second: 2, random: 2),
            ])
            try await bed.work(leaving: 1)
            #expect(try await bed.database.sql("SELECT message_id FROM outbox.receipt") == ["b"])
            #expect(try await bed.database.sql("SELECT count(*) FROM queue.webhook_dead") == ["0"])
            try await bed.database.sql("DROP TRIGGER refuse ON outbox.receipt")
            try await bed.work()
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["2"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `a whole batch of them holds up nobody behind it, and is buried once others pass beside it`()
        async throws
    {
        try await withBed { bed in
            try await refuse(bed, code: "23514")
            let webhooks = (0..<12).map { place in
                var receipt = Reported(messageID: "m\(place)")
                if place < 8 { receipt.result = "MARKER" }
                return receipt.webhook(second: Double(place), random: UInt64(place))
            }
            try await bed.store(webhooks)
            try await bed.work(batch: 4, leaving: 8)
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["4"])
            // The same rows in the same company could as well be the sign of a wrong setting: nothing is buried yet.
            #expect(try await bed.database.sql("SELECT count(*) FROM queue.webhook_dead") == ["0"])
            try await bed.store((20..<30).map { Reported(messageID: "m\($0)").webhook(second: 20, random: UInt64($0)) })
            try await bed.work(batch: 500)
            #expect(
                try await bed.database.sql("SELECT reason, count(*) FROM queue.webhook_dead GROUP BY 1")
                    == ["refused-by-database|8"])
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.receipt") == ["14"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `a suspect that Postgres refuses is buried, too, and does not keep other suspects waiting`() async throws
    {
        try await withBed { bed in
            try await refuse(bed, code: "23514")
            var bad = Reported(messageID: "a")
            bad.result = "MARKER"
            try await bed.store([
                bad.webhook(second: 1, random: 1), Reported(messageID: "b").webhook(second: 2, random: 2),
            ])
            try await bed.database.sql("UPDATE queue.webhook SET deaths = 1")
            try await bed.work()
            #expect(
                try await bed.database.sql("SELECT reason, tries FROM queue.webhook_dead") == ["refused-by-database|2"])
            #expect(try await bed.database.sql("SELECT message_id FROM outbox.receipt") == ["b"])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }
}

extension String {
    fileprivate var replacingDots: String { String(map { $0 == "." ? "_" : $0 }) }
}
