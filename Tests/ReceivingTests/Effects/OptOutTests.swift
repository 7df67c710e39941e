import Domain
import PostgresClient
import Runtime
import Store
import TestSupport
import Testing

@testable import Receiving

@Suite struct `Opting out by SMS` {
    /// An SMS to one of our numbers, as the providers' documentation writes it but for number, text and id.
    private enum Form: CaseIterable {
        case nxteleForm, nxteleJSON, onoff

        func webhook(_ text: String, from number: String, id: String, second: Double, random: UInt64) -> Given {
            var given = Given(second: second, random: random)
            switch self {
            case .nxteleForm:
                given.source = .nxteleInbound
                given.body = Array(
                    """
                    messageId=\(id)&toPhone=%2B18184505018&fromPhone=%2B\(number)&content=\(text)&size=1&price=0.0360\
                    &receiveTime=2021-02-07+14%3A54%3A00&smsStatus=DELIVRD
                    """.utf8)
            case .nxteleJSON:
                given.source = .nxteleInbound
                given.headers = "bizType: 4\r\naction: mo\r\n".lowercased()
                given.body = Array(
                    """
                    {"messageId":"\(id)","type":0,"toPhone":"18184505018","fromPhone":"\(number)","content":"\(text)",\
                    "size":"1","price":"0.0360","receiveTime":"2021-02-07 14:54:00"}
                    """.utf8)
            case .onoff: given = log(text, from: number, id: id, direction: "RECEIVED", second: second, random: random)
            }
            return given
        }
    }

    private static func log(
        _ text: String, from number: String, id: String, direction: String, second: Double, random: UInt64
    ) -> Given {
        var given = Given(second: second, random: random)
        given.source = .onoffSMS
        given.body = Array(
            """
            {"id":"\(id)","eventName":"SMS","onoffUserName":"John Doe","onoffUserEmail":"john.doe@example.com",\
            "onoffUserNumber":"4915112345678","externalNumber":"\(number)","date":"2023-05-20T14:30:00Z",\
            "smsDirection":"\(direction)","body":"\(text)"}
            """.utf8)
        return given
    }

    /// What holds, as senders see it: those of these numbers that account `default` may not send to.
    private func suppressed(_ numbers: [String], _ bed: Bed, account: String = "default") async throws -> Set<String> {
        let configuration = ConnectionConfiguration(connectionString: bed.database.url(user: "postroom_api"))
        let pairs = numbers.map { SuppressionPair(account: account, number: $0) }
        return try await OwnThread().run {
            let connection = try Connection.open(configuration, deadline: .far)
            return Set(try connection.run(FindSuppressed(pairs), deadline: .far).map(\.number))
        }
    }

    @Test func `a START of an ingress whose clock is fast does not stand over a later STOP`() async throws {
        try await withBed { bed in
            let number = "33612345678"
            let current = Double(Timestamp.now.microseconds - Given.time(0).microseconds) / 1_000_000
            // Taken in an hour from now, by its ingress's clock.
            let start = Form.onoff.webhook("START", from: number, id: "a", second: current + 3_600, random: 1)
            try await bed.store([start])
            try await bed.work()
            #expect(try await suppressed(["+\(number)"], bed) == [])
            let later = Double(Timestamp.now.microseconds - Given.time(0).microseconds) / 1_000_000 + 1
            let stop = Form.onoff.webhook("STOP", from: number, id: "b", second: later, random: 2)
            try await bed.store([stop])
            try await bed.work()
            #expect(try await suppressed(["+\(number)"], bed) == ["+\(number)"])
        }
    }

    @Test func `a STOP that follows a lift by hand stands, whatever clock took in the one before`() async throws {
        try await withBed { bed in
            // By its ingress's clock a day from now; and of a moment ago, as where Postgres's clock is ahead of an ingress's,
            // which takes in the second STOP before what Postgres calls now, too.
            for (place, ahead) in [86_400.0, -300].enumerated() {
                let number = "3361234567\(place)"
                let current = Double(Timestamp.now.microseconds - Given.time(0).microseconds) / 1_000_000
                func stop(_ id: String, second: Double) async throws {
                    let stop = Form.onoff.webhook(
                        "STOP", from: number, id: "\(id)\(place)", second: second, random: UInt64(place + 1))
                    try await bed.store([stop])
                    try await bed.work()
                    #expect(try await suppressed(["+\(number)"], bed) == ["+\(number)"])
                }
                try await stop("a", second: current + ahead)
                let configuration = ConnectionConfiguration(
                    connectionString: bed.database.url(user: "postroom_operator"))
                let lift = RecordSuppression(
                    EnteredSuppression(
                        pair: SuppressionPair(account: "default", number: "+\(number)"), kind: .lifted,
                        source: .operator,
                        actor: "test", note: nil))
                let isLifted = try await OwnThread().run {
                    try Connection.open(configuration, deadline: .far).run(lift, deadline: .far)
                }
                #expect(isLifted)
                #expect(try await suppressed(["+\(number)"], bed) == [])
                let later = Double(Timestamp.now.microseconds - Given.time(0).microseconds) / 1_000_000
                try await stop("b", second: ahead < 0 ? current + ahead + 1 : later)
            }
        }
    }

    @Test func `STOP puts account and number on the list, START takes it off, whoever brings it`() async throws {
        try await withBed { bed in
            let numbers = ["+12347200160", "+33612345678", "+254712345678"]
            let forms = Array(zip(Form.allCases, numbers))
            for (place, (form, number)) in forms.enumerated() {
                let random = UInt64(place + 1)
                try await bed.store([
                    form.webhook("Stop.", from: String(number.dropFirst()), id: "a", second: 1, random: random)
                ])
                try await bed.work()
                #expect(try await suppressed(numbers, bed) == [number])
                #expect(try await suppressed(numbers, bed, account: "other") == [])
                try await bed.store([
                    form.webhook("START", from: String(number.dropFirst()), id: "b", second: 2, random: random)
                ])
                try await bed.work()
                #expect(try await suppressed(numbers, bed) == [])
            }
            #expect(
                try await bed.database.sql(
                    """
                    SELECT e.account, e.number, e.source, e.kind, e.word, w.received_at = e.received_at,
                           e.event_key IN (SELECT i.id::text FROM sms_log.inbound AS i
                                           UNION ALL SELECT l.event_id FROM sms_log.entry AS l)
                    FROM outbox.suppression_event AS e JOIN inbox.webhook AS w ON w.id = e.webhook_id
                    ORDER BY e.number, e.received_at
                    """) == [
                        "default|+12347200160|nxtele|suppressed|stop|t|t",
                        "default|+12347200160|nxtele|lifted|start|t|t",
                        "default|+254712345678|onoff|suppressed|stop|t|t",
                        "default|+254712345678|onoff|lifted|start|t|t",
                        "default|+33612345678|nxtele|suppressed|stop|t|t",
                        "default|+33612345678|nxtele|lifted|start|t|t",
                    ])
            #expect(try await bed.conservation() == ["0|0"])
        }
    }

    @Test func `of Onoff's numbers digits alone begin with the country code, unless they begin with 0`() async throws {
        try await withBed { bed in
            for (place, number) in ["33612345678", "+33612345679", "0033612345680", "4155552671", "0612345678"]
                .enumerated()
            {
                try await bed.store([
                    Self.log(
                        "STOP", from: number, id: "\(place)", direction: "RECEIVED", second: Double(place),
                        random: UInt64(place))
                ])
            }
            let result = try await bed.batch()
            #expect(result.optOuts == 5 && result.optOutsUnreadable == 1)
            #expect(
                try await bed.database.sql("SELECT number FROM outbox.suppression_event ORDER BY event_key")
                    == ["+33612345678", "+33612345679", "+33612345680", "+4155552671"])
        }
    }

    @Test func `a conversation, what was sent, and a number that cannot be read put nobody on the list`() async throws {
        try await withBed { bed in
            var other = Form.nxteleForm.webhook("STOP", from: "49151", id: "5", second: 5, random: 5)
            other.account = "other"
            try await bed.store([
                Form.nxteleForm.webhook("please+stop", from: "12347200160", id: "1", second: 1, random: 1),
                Self.log("STOP", from: "33612345678", id: "2", direction: "SENT", second: 2, random: 2),
                Self.log("STOP", from: "0987654321", id: "3", direction: "RECEIVED", second: 3, random: 3),
                Self.log("", from: "33612345678", id: "4", direction: "RECEIVED", second: 4, random: 4), other,
            ])
            let result = try await bed.batch()
            #expect(result.processed == 5 && result.optOuts == 2 && result.optOutsUnreadable == 2)
            #expect(try await bed.database.sql("SELECT count(*) FROM outbox.suppression_event") == ["0"])
            #expect(
                try await bed.database.sql(
                    "SELECT (SELECT count(*) FROM sms_log.entry), (SELECT count(*) FROM sms_log.inbound)") == ["3|2"])
        }
    }

    @Test(arguments: [
        ("ARRÊT", true), ("Abmelden", true), ("baja", true), ("SAIR!", true), ("退订", true), ("TD", true),
        ("إيقاف", true),
        ("стоп", true), ("opt-out", true), ("Unsubscribe", true), ("ｓｔｏｐ", true), ("הסר", true),
        ("unstop", false), ("Alta", false), ("订阅", false),
    ])
    func `the words that stand where none are set are those of many languages`(text: String, stops: Bool) throws {
        #expect(try #require(OptOutWords.standard.wish(of: text)).wish == (stops ? .stop : .start))
    }

    @Test func `words are set, and what cannot be one is reported`() throws {
        let set = SettingsReader(environment: [
            "POSTROOM_STOP_WORDS": "HALT, Basta!", "POSTROOM_START_WORDS": "Los,standard",
        ])
        let words = OptOutWords(reading: set)
        try set.finish()
        #expect(words.wish(of: "basta")?.wish == .stop && words.wish(of: "LOS.")?.wish == .start)
        #expect(words.wish(of: "start")?.wish == .start)
        #expect(words.wish(of: "STOP") == nil)
        for wrong in [
            ["POSTROOM_STOP_WORDS": "!"], ["POSTROOM_START_WORDS": "Stop"], ["POSTROOM_STOP_WORDS": "standard,start"],
        ] {
            let reader = SettingsReader(environment: wrong)
            _ = OptOutWords(reading: reader)
            #expect(throws: SettingsProblems.self) { try reader.finish() }
        }
        let standard = SettingsReader(environment: [:])
        _ = OptOutWords(reading: standard)
        try standard.finish()
    }

    @Test func `the database takes those of every source that this version knows`() async throws {
        try await withBed { bed in
            let definition = try await bed.database.sql(
                """
                SELECT pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conname IN ('suppression_event_source_known', 'suppression_event_origin_whole') ORDER BY conname
                """)
            try #require(definition.count == 2)
            for provider in ProviderName.all {
                #expect(definition[0].contains("'\(provider)'"), "suppression_event_origin_whole")
            }
            for source in SuppressionSource.all {
                #expect(definition[1].contains("'\(source.name)'"), "suppression_event_source_known")
            }
        }
    }

    @Test func `any order, any copies and any number of workers come to the same list`() async throws {
        var random = SeededGenerator(seed: 20_261_122)
        // Two people who change their minds, by two providers; each SMS in up to three copies, taken in at any time.
        var webhooks: [Given] = []
        for number in 0..<24 {
            let form = number % 2 == 0 ? Form.nxteleForm : .onoff
            let text = Bool.random(using: &random) ? "STOP" : "START"
            let sender = "4915112345\(100 + number % 3)"
            for copy in 0..<Int.random(in: 1...3, using: &random) {
                var given = form.webhook(
                    text, from: sender, id: "m\(number)", second: Double.random(in: 0..<600, using: &random),
                    random: UInt64(number * 10 + copy))
                given.account = number % 5 == 0 ? "other" : "default"
                webhooks.append(given)
            }
        }
        // One that came with two texts counts as both, at one moment: then the number is not sent to.
        for (text, number) in [("START", 1), ("STOP", 2)] {
            webhooks.append(
                Form.onoff.webhook(text, from: "4915100000000", id: "both", second: 700, random: UInt64(900 + number)))
        }
        var seen: Set<[String]> = []
        for round in 0..<4 {
            let order = webhooks.shuffled(using: &random)
            try await withBed { bed in
                for part in stride(from: 0, to: order.count, by: 7) {
                    let slice = Array(order[part..<min(part + 7, order.count)])
                    try await bed.store(slice)
                    // Some alone, some with what came later.
                    if round % 2 == 0 { try await bed.work(workers: 2, batch: 3) }
                }
                try await bed.work(workers: 3, batch: round == 1 ? 500 : 2)
                seen.insert(
                    try await bed.database.sql(
                        """
                        SELECT account, number, source, kind,
                               received_at - (SELECT min(received_at) FROM inbox.webhook), webhook_id IN (
                                   SELECT id FROM inbox.webhook AS w WHERE w.received_at = e.received_at),
                               e.received_at = (SELECT max(received_at) FROM outbox.suppression_event AS o
                                                WHERE o.account = e.account AND o.number = e.number)
                        FROM outbox.suppression_event AS e
                        WHERE source = 'onoff' OR source = 'nxtele'
                        ORDER BY 1, 2, 3, received_at, 4
                        """))
                #expect(try await suppressed(["+4915100000000"], bed) == ["+4915100000000"])
                #expect(
                    try await bed.database.sql("SELECT count(*) FROM outbox.suppression_event") == ["\(24 + 2)"])
            }
        }
        #expect(seen.count == 1, "\(seen)")
    }
}
