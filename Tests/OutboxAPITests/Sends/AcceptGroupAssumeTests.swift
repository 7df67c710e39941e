import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import OutboxAPI

/// A send of a group: to whom, for whom.
struct Sending: Sendable {
    var recipient = Self.kenya
    var account = "default"
    var key: String?

    static let kenya = "+254712345678"
    static let germany = "+491712345678"
}

/// What happens between the look and the group that goes by it, and what looking again answers then.
struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let sql: String
    /// Of the group; three sends to one number for one account unless said.
    var group = [Sending(), Sending(), Sending()]
    /// What looking answers: cost and currency, or the refusal.
    let answers: [String]

    var testDescription: String { name }

    static let all = [
        Change(
            name: "another price of the same prefix",
            sql: "INSERT INTO billing.sms_price VALUES ('USD', '254', now() - interval '1 second', 0.5)",
            answers: ["0.5 USD", "0.5 USD", "0.5 USD"]),
        Change(
            name: "a price of a longer prefix",
            sql: "INSERT INTO billing.sms_price VALUES ('USD', '25471', now() - interval '1 second', 0.25)",
            answers: ["0.25 USD", "0.25 USD", "0.25 USD"]),
        Change(
            name: "a price that is gone", sql: "DELETE FROM billing.sms_price WHERE prefix = '254'",
            answers: ["0.05 USD", "0.05 USD", "0.05 USD"]),
        Change(
            name: "no price at all", sql: "DELETE FROM billing.sms_price", answers: ["noPrice", "noPrice", "noPrice"]),
        Change(
            name: "an account that has to pay beforehand, and can for some",
            sql: prepaid(holding: "0.0250"), answers: ["0.0125 USD", "0.0125 USD", "insufficientBalance"]),
        Change(
            name: "another currency of one account",
            sql: "UPDATE billing.account SET currency = 'EUR' WHERE name = 'default'",
            group: [
                Sending(recipient: Sending.germany), Sending(account: "a"),
                Sending(recipient: Sending.germany, account: "b"),
            ], answers: ["0.07 EUR", "0.0125 USD", "0.07 EUR"]),
        Change(
            name: "one recipient who has opted out", sql: suppression(Sending.kenya, "suppressed"),
            group: [Sending(), Sending(recipient: Sending.germany), Sending(account: "a")],
            answers: ["suppressed", "0.05 USD", "0.0125 USD"]),
    ]

    /// Makes the account one that has to pay beforehand, after a charge of 0.0125.
    static func prepaid(holding balance: String) -> String {
        """
        UPDATE billing.account SET kind = 'prepaid' WHERE name = 'default';
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after)
        VALUES ('default', 2, 'topup', \(balance) + 0.0125, \(balance));
        """
    }

    static func suppression(_ number: String, _ kind: String, account: String = "default") -> String {
        """
        INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, actor)
        VALUES ('\(account)', '\(number)', 'operator', gen_random_uuid()::text, '\(kind)', clock_timestamp(), 'test');
        """
    }
}

@Suite struct AcceptGroupAssumeTests {
    private static let far = Deadline.in(.seconds(60))
    private static let moment = Timestamp(microseconds: 1_800_000_000_000_000)

    private func group(_ sendings: [Sending], from first: UInt64 = 10) throws -> AcceptGroup {
        AcceptGroup(
            candidates: try sendings.enumerated().map { place, sending in
                SendCandidate(
                    id: EntryID(at: Self.moment, random: (0, first + UInt64(place))), account: sending.account,
                    userID: "u", idempotencyKey: sending.key,
                    request: SendRequest(
                        recipient: try #require(PhoneNumber(e164: sending.recipient)), message: "x", senderID: "S",
                        userID: nil, messageID: nil, messageName: nil, scheduledAt: nil, validForSeconds: nil,
                        priority: .normal, tags: [], customData: "{}"))
            }, isInDoubt: false, provider: "nxtele", waitMax: .seconds(60))
    }

    /// Has a group look that sends to Germany and Kenya for the accounts default and a of USD, and b of EUR to Germany;
    /// changes something; and runs the body as the API's role with what was found.
    private func afterLook<Value: Sendable>(
        _ bed: APIBed, then change: String = "SELECT 1",
        _ body: @escaping @Sendable (Connection, inout AcceptCache) throws -> Value
    ) async throws -> Value {
        let api = ConnectionConfiguration(connectionString: bed.database.url(user: "postroom_api"))
        let owner = ConnectionConfiguration(connectionString: bed.database.url)
        try await bed.addAccount("a", kind: "postpaid")
        try await bed.addAccount("b", kind: "postpaid", currency: "EUR")
        let germany = Sending.germany
        let others = try group(
            [
                Sending(recipient: germany, account: "a"), Sending(account: "a"),
                Sending(recipient: germany, account: "b"),
            ], from: 1)
        let first = try group([Sending()], from: 4)
        return try await OwnThread().run {
            let connection = try Connection.open(api, deadline: Self.far)
            // However slow the machine of the test is.
            var cache = AcceptCache(clockErrorMax: .seconds(60))
            for group in [others, first] {
                let answers = try group.look(&cache, on: connection, deadline: Self.far)
                #expect(answers?.allSatisfy(\.isAccepted) == true)
            }
            let changer = try Connection.open(owner, deadline: Self.far)
            try changer.runScript(change, named: "change", deadline: Self.far)
            return try body(connection, &cache)
        }
    }

    private func assume(
        _ group: AcceptGroup, _ cache: AcceptCache, _ connection: Connection
    ) throws -> [SendAnswer]? {
        try group.assume(
            try #require(group.facts(from: cache)), clockErrorMax: cache.clockErrorMax, on: connection,
            deadline: Self.far)
    }

    private func names(_ answers: [SendAnswer]?) -> [String]? {
        answers?.map { answer in
            switch answer {
            case .accepted(let entry): "\(entry.totalCost.decimalText) \(entry.currency)"
            case .repeated(let entry): "repeats \(entry.id.rawValue & 0xFF)"
            default: "\(answer)"
            }
        }
    }

    @Test func `sends go by what an earlier group found, and are charged from where the account stands by then`()
        async throws
    {
        try await APIBed.run { bed in
            let group = try group([Sending(), Sending(recipient: Sending.germany), Sending(account: "a")])
            let answers = try await afterLook(
                bed,
                then: """
                    INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after)
                    VALUES ('default', 2, 'topup', 5, 4.9875)
                    """
            ) { connection, cache in try assume(group, cache, connection) }
            #expect(names(answers) == ["0.0125 USD", "0.05 USD", "0.0125 USD"])
            #expect(
                try await bed.sql(
                    "SELECT account, seq, kind, balance_after FROM billing.ledger_entry ORDER BY account, seq") == [
                        "a|1|charge|-0.05", "a|2|charge|-0.0625", "a|3|charge|-0.0750", "b|1|charge|-0.07",
                        "default|1|charge|-0.0125", "default|2|topup|4.9875", "default|3|charge|4.9750",
                        "default|4|charge|4.9250",
                    ])
            #expect(
                try await bed.sql(
                    """
                    SELECT count(*) FROM outbox.entry AS e JOIN queue.send AS q ON q.entry_id = e.id
                    WHERE e.created_at > now() - interval '1 minute' AND q.due_at = e.created_at
                    """) == ["7"])
        }
    }

    @Test(arguments: Change.all)
    func `where it holds no longer nothing is stored, and a look finds what holds now`(change: Change) async throws {
        try await APIBed.run { bed in
            let group = try group(change.group)
            let (assumed, between, looked) = try await afterLook(bed, then: change.sql) { connection, cache in
                let assumed = try assume(group, cache, connection)
                let owner = ConnectionConfiguration(connectionString: bed.database.url)
                let other = try Connection.open(owner, deadline: Self.far)
                let between = try other.run(CountSends(), deadline: Self.far)
                return (assumed, between.entries, try group.look(&cache, on: connection, deadline: Self.far))
            }
            #expect(assumed == nil)
            #expect(between == 4)
            #expect(names(looked) == change.answers)
            let accepted = change.answers.filter { $0.contains(" ") }.count
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["\(4 + accepted)"])
            #expect(try await bed.sql("SELECT count(*) FROM queue.send") == ["\(4 + accepted)"])
        }
    }

    @Test func `what one look learns, the next group goes by`() async throws {
        try await APIBed.run { bed in
            let (second, third) = (try group([Sending()]), try group([Sending()], from: 20))
            let answers = try await afterLook(bed, then: Change.all[0].sql) { connection, cache in
                _ = try second.look(&cache, on: connection, deadline: Self.far)
                return try assume(third, cache, connection)
            }
            #expect(names(answers) == ["0.5 USD"])
        }
    }

    @Test func `a price that there was not is looked for, not taken for missing`() async throws {
        try await APIBed.run { bed in
            let group = try group([Sending(account: "b")])
            let (assumed, looked) = try await afterLook(
                bed, then: "INSERT INTO billing.sms_price VALUES ('EUR', '254', '2020-01-01Z', 0.3)"
            ) { connection, cache in
                (try assume(group, cache, connection), try group.look(&cache, on: connection, deadline: Self.far))
            }
            #expect(assumed == nil)
            #expect(names(looked) == ["0.3 EUR"])
        }
    }

    @Test func `a prepaid account pays to the last, and what is free it need not pay`() async throws {
        try await APIBed.run { bed in
            let (second, third) = (try group([Sending(), Sending()]), try group([Sending()], from: 20))
            let answers = try await afterLook(bed, then: Change.prepaid(holding: "0.0250")) { connection, cache in
                let last = try assume(second, cache, connection)
                return (last, try assume(third, cache, connection))
            }
            #expect(names(answers.0) == ["0.0125 USD", "0.0125 USD"])
            #expect(answers.1 == nil)
            #expect(
                try await bed.sql(
                    "SELECT balance_after FROM billing.ledger_entry WHERE account = 'default' AND seq = 4")
                    == ["0.0000"])
        }
    }

    @Test func `others who have opted out, and who are in again, hold nobody up`() async throws {
        try await APIBed.run { bed in
            let group = try group([Sending(), Sending()])
            let answers = try await afterLook(
                bed,
                then: Change.suppression("+254799999999", "suppressed")
                    + Change.suppression(Sending.kenya, "suppressed") + Change.suppression(Sending.kenya, "lifted")
                    + Change.suppression(Sending.kenya, "suppressed", account: "a")
            ) { connection, cache in try assume(group, cache, connection) }
            #expect(names(answers) == ["0.0125 USD", "0.0125 USD"])
        }
    }

    @Test(
        arguments: [
            ("0", "0"), ("0.00", "0"), ("10", "10"), ("0.0500", "0.05"), ("100.10", "100.1"),
            ("999999.999999999999999999", "999999.999999999999999999"),
            ("0.000000000000000001", "0.000000000000000001"),
        ])
    func `a price is the same however it is written`(written: String, cost: String) async throws {
        try await APIBed.run { bed in
            let (second, third) = (try group([Sending()]), try group([Sending()], from: 20))
            let answers = try await afterLook(
                bed, then: "UPDATE billing.sms_price SET cost_per_unit = \(written) WHERE valid_from < now()"
            ) { connection, cache in
                _ = try second.look(&cache, on: connection, deadline: Self.far)
                return try assume(third, cache, connection)
            }
            #expect(names(answers) == ["\(cost) USD"])
        }
    }

    @Test(arguments: [-2_000_000, 2_000_000])
    func `the database's clock must be where it is taken to be`(microseconds: Int64) async throws {
        try await APIBed.run { bed in
            let group = try group([Sending()])
            let answers = try await afterLook(bed) { connection, cache in
                var facts = try #require(group.facts(from: cache))
                facts.now = Timestamp(microseconds: facts.now.microseconds + microseconds)
                return try group.assume(
                    facts, clockErrorMax: .milliseconds(200), on: connection, deadline: Self.far)
            }
            #expect(answers == nil)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["4"])
        }
    }

    @Test func `a repeat within the group is answered with its first, one of an earlier entry refuses the group`()
        async throws
    {
        try await APIBed.run { bed in
            let (second, third) = (
                try group([Sending(key: "k"), Sending(key: "k")]), try group([Sending(key: "k")], from: 20)
            )
            let (assumed, violation, looked) = try await afterLook(bed) { connection, cache in
                let assumed = try assume(second, cache, connection)
                let facts = try #require(third.facts(from: cache))
                let violation = #expect(throws: PostgresError.self) {
                    try third.assume(
                        facts, clockErrorMax: cache.clockErrorMax, on: connection, deadline: Self.far)
                }
                return (assumed, violation, try third.look(&cache, on: connection, deadline: Self.far))
            }
            #expect(names(assumed) == ["0.0125 USD", "repeats 10"])
            #expect(violation?.sqlState == .uniqueViolation)
            #expect(names(looked) == ["repeats 10"])
            #expect(try await bed.sql("SELECT count(*) FROM billing.ledger_entry") == ["5"])
        }
    }

    @Test func `what changes between a look and its confirmation is looked at again`() async throws {
        try await APIBed.run { bed in
            let group = try group([Sending()])
            // At the second call, that of the statement that stores, a price has come in.
            let (looked, again) = try await afterLook(
                bed,
                then: APIBed.beforeLocking(
                    """
                    IF currval('public.calls') = 2 THEN
                        INSERT INTO billing.sms_price VALUES ('USD', '2547', '2020-01-01Z', 0.6);
                    END IF;
                    """)
            ) { connection, cache in
                let looked = try group.look(&cache, on: connection, deadline: Self.far)
                return (looked, try group.look(&cache, on: connection, deadline: Self.far))
            }
            #expect(looked == nil)
            #expect(names(again) == ["0.6 USD"])
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["5"])
        }
    }

    @Test func `where accounts are locked too long it is certain that nothing was stored`() async throws {
        try await APIBed.run { bed in
            _ = try await bed.sql(
                "ALTER ROLE postroom_api IN DATABASE \(bed.database.name) SET lock_timeout = '60s'")
            let group = try group([Sending(), Sending()])
            let owner = ConnectionConfiguration(connectionString: bed.database.url)
            let failure = try await afterLook(bed) { connection, cache in
                let facts = try #require(group.facts(from: cache))
                let holder = try Connection.open(owner, deadline: Self.far)
                defer { holder.close() }
                return try holder.transaction(deadline: Self.far) { holder in
                    try holder.runScript(
                        "SELECT FROM billing.account WHERE name = 'default' FOR UPDATE", named: "hold",
                        deadline: Self.far)
                    return #expect(throws: PostgresError.self) {
                        try group.assume(
                            facts, clockErrorMax: cache.clockErrorMax, on: connection, deadline: .in(.seconds(4)))
                    }
                }
            }
            #expect(failure?.sqlState?.code == "55P03")
            #expect(failure?.effect == PostgresError.Effect.none)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["4"])
        }
    }

    @Test func `what took longer than all locks may take is not stored, as its caller may have given up`() async throws
    {
        try await APIBed.run { bed in
            let group = try group([Sending()])
            // Until the bound has passed, without waiting for a lock.
            let isStored = try await afterLook(
                bed,
                then: APIBed.beforeLocking(
                    """
                    WHILE clock_timestamp() < statement_timestamp() + current_setting('lock_timeout')::interval LOOP
                    END LOOP;
                    """)
            ) { connection, cache in
                let facts = try #require(group.facts(from: cache))
                let sends = decideSends(group.candidates, by: facts).compactMap { verdict in
                    if case .accept(let send) = verdict { send } else { nil }
                }
                let prefixes = PriceList.prefixes(of: group.candidates.map(\.request.recipient))
                let storing = AcceptEntries(
                    sends, prefixes: prefixes, prices: facts.prices.prices(of: ["USD"], prefixes: prefixes),
                    now: facts.now, clockErrorMax: cache.clockErrorMax, lockWaitMax: .milliseconds(100))
                return try connection.run(storing, deadline: Self.far)
            }
            #expect(!isStored)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["4"])
        }
    }

    @Test func `a send that is refused after a try in doubt may yet be stored by that`() async throws {
        try await APIBed.run { bed in
            let group = AcceptGroup(
                candidates: try group([Sending(account: "b"), Sending(recipient: Sending.germany, account: "b")])
                    .candidates, isInDoubt: true, provider: "nxtele", waitMax: .seconds(60))
            let answers = try await afterLook(bed) { connection, cache in
                try group.look(&cache, on: connection, deadline: Self.far)
            }
            #expect(names(answers) == ["unconfirmed", "0.07 EUR"])
        }
    }
}
