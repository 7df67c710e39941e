import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import OutboxAPI

/// What happens between the look and the group that goes by it, and what looking again answers then.
struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let sql: String
    let answer: Answer

    enum Answer: Sendable {
        case accepted(cost: String, currency: String)
        case refused(SendAnswer)
    }

    var testDescription: String { name }

    static let all = [
        Change(
            name: "another price of the same prefix",
            sql: "INSERT INTO billing.sms_price VALUES ('USD', '254', now() - interval '1 second', 0.5)",
            answer: .accepted(cost: "0.5", currency: "USD")),
        Change(
            name: "a price of a longer prefix",
            sql: "INSERT INTO billing.sms_price VALUES ('USD', '25471', now() - interval '1 second', 0.25)",
            answer: .accepted(cost: "0.25", currency: "USD")),
        Change(
            name: "a price that is gone", sql: "DELETE FROM billing.sms_price WHERE prefix = '254'",
            answer: .accepted(cost: "0.05", currency: "USD")),
        Change(
            name: "no price at all", sql: "DELETE FROM billing.sms_price", answer: .refused(.noPrice)),
        Change(
            name: "an account that has to pay beforehand",
            sql: "UPDATE billing.account SET kind = 'prepaid' WHERE name = 'default'",
            answer: .refused(.insufficientBalance)),
        Change(
            name: "another currency",
            sql: """
                UPDATE billing.account SET currency = 'EUR' WHERE name = 'default';
                INSERT INTO billing.sms_price VALUES ('EUR', '', '2020-01-01Z', 0.75);
                """,
            answer: .accepted(cost: "0.75", currency: "EUR")),
        Change(
            name: "a recipient who has opted out", sql: suppression("+254712345678", "suppressed"),
            answer: .refused(.suppressed)),
    ]

    static func suppression(_ number: String, _ kind: String) -> String {
        """
        INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, actor)
        VALUES ('default', '\(number)', 'operator', gen_random_uuid()::text, '\(kind)', clock_timestamp(), 'test');
        """
    }
}

@Suite struct AcceptAssumptionTests {
    private static let far = Deadline.in(.seconds(60))

    private func group(_ numbers: ClosedRange<Int>, key: String? = nil, to recipient: String = "+254712345678") throws
        -> AcceptGroup
    {
        AcceptGroup(
            candidates: try numbers.map { number in
                SendCandidate(
                    id: EntryID(at: Timestamp(microseconds: 1_800_000_000_000_000), random: (0, UInt64(number))),
                    account: "default", userID: "u", idempotencyKey: key,
                    request: SendRequest(
                        recipient: try #require(PhoneNumber(e164: recipient)), message: "x", senderID: "S",
                        userID: nil, messageID: nil, messageName: nil, scheduledAt: nil, validForSeconds: nil,
                        priority: "normal", tags: [], customData: "{}"))
            }, isInDoubt: false, provider: "nxtele", waitMax: .seconds(60))
    }

    /// Has one group look, changes something, and runs the body as the API's role with what was found.
    private func afterLook<Value: Sendable>(
        _ bed: APIBed, then change: String = "SELECT 1",
        _ body: @escaping @Sendable (Connection, inout AcceptMemory) throws -> Value
    ) async throws -> Value {
        let api = ConnectionConfiguration(connectionString: bed.database.url(user: "postroom_api"))
        let owner = ConnectionConfiguration(connectionString: bed.database.url)
        let first = try group(1...1)
        return try await OwnThread().run {
            let connection = try Connection.open(api, deadline: Self.far)
            var memory = AcceptMemory()
            _ = try #require(try first.look(&memory, on: connection, deadline: Self.far))
            let changer = try Connection.open(owner, deadline: Self.far)
            try changer.runScript(change, named: "change", deadline: Self.far)
            return try body(connection, &memory)
        }
    }

    @Test func `sends go by what an earlier group found, and are charged from where the account stands by then`()
        async throws
    {
        try await APIBed.run { bed in
            let group = try group(2...3)
            let answers = try await afterLook(
                bed,
                then: """
                    INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after)
                    VALUES ('default', 2, 'topup', 5, 4.9875)
                    """
            ) { connection, memory in
                try group.assume(try #require(group.facts(from: memory)), on: connection, deadline: Self.far)
            }
            #expect(answers?.count == 2)
            for (answer, candidate) in zip(answers ?? [], group.candidates) {
                guard case .accepted(let entry) = answer else { return #expect(Bool(false), "\(answer)") }
                #expect(entry.id == candidate.id && entry.totalCost.decimalText == "0.0125")
            }
            #expect(
                try await bed.sql("SELECT seq, kind, balance_after FROM billing.ledger_entry ORDER BY seq") == [
                    "1|charge|-0.0125", "2|topup|4.9875", "3|charge|4.9750", "4|charge|4.9625",
                ])
            #expect(
                try await bed.sql(
                    """
                    SELECT count(*) FROM outbox.entry AS e JOIN queue.send AS q ON q.entry_id = e.id
                    WHERE e.created_at BETWEEN now() - interval '1 minute' AND now() AND q.due_at = e.created_at
                    """) == ["3"])
        }
    }

    @Test(arguments: Change.all)
    func `where it holds no longer nothing is stored, and a look finds what holds now`(change: Change) async throws {
        try await APIBed.run { bed in
            let group = try group(2...3)
            let (assumed, looked) = try await afterLook(bed, then: change.sql) { connection, memory in
                let facts = try #require(group.facts(from: memory))
                let assumed = try group.assume(facts, on: connection, deadline: Self.far)
                let looked = try group.look(&memory, on: connection, deadline: Self.far)
                return (assumed, looked)
            }
            #expect(assumed == nil)
            let stored = try await bed.sql("SELECT total_cost, currency FROM outbox.entry ORDER BY id OFFSET 1")
            switch change.answer {
            case .refused(let answer):
                #expect(looked == [answer, answer])
                #expect(stored == [])
            case .accepted(let cost, let currency):
                #expect(stored == ["\(cost)|\(currency)", "\(cost)|\(currency)"])
            }
        }
    }

    @Test func `what one look learns, the next group goes by`() async throws {
        try await APIBed.run { bed in
            let (second, third) = (try group(2...3), try group(4...5))
            let answers = try await afterLook(bed, then: Change.all[0].sql) { connection, memory in
                _ = try second.look(&memory, on: connection, deadline: Self.far)
                return try third.assume(try #require(third.facts(from: memory)), on: connection, deadline: Self.far)
            }
            #expect(answers?.count == 2)
            #expect(try await bed.sql("SELECT total_cost FROM outbox.entry ORDER BY id OFFSET 3") == ["0.5", "0.5"])
        }
    }

    @Test func `others who have opted out, and who are in again, hold nobody up`() async throws {
        try await APIBed.run { bed in
            let group = try group(2...3)
            let answers = try await afterLook(
                bed,
                then: Change.suppression("+254799999999", "suppressed")
                    + Change.suppression("+254712345678", "suppressed") + Change.suppression("+254712345678", "lifted")
            ) { connection, memory in
                try group.assume(try #require(group.facts(from: memory)), on: connection, deadline: Self.far)
            }
            #expect(answers?.count == 2)
        }
    }

    @Test(arguments: [
        ("0", "0"), ("0.00", "0"), ("10", "10"), ("0.0500", "0.05"), ("100.10", "100.1"),
        ("999999.999999999999999999", "999999.999999999999999999"), ("0.000000000000000001", "0.000000000000000001"),
    ])
    func `a price is the same however it is written`(written: String, cost: String) async throws {
        try await APIBed.run { bed in
            let (second, third) = (try group(2...2), try group(3...3))
            let answers = try await afterLook(
                bed, then: "UPDATE billing.sms_price SET cost_per_unit = \(written) WHERE valid_from < now()"
            ) { connection, memory in
                _ = try second.look(&memory, on: connection, deadline: Self.far)
                return try third.assume(try #require(third.facts(from: memory)), on: connection, deadline: Self.far)
            }
            guard case .accepted(let entry) = answers?.first else { return #expect(Bool(false), "\(answers as Any)") }
            #expect(entry.totalCost.decimalText == cost)
        }
    }

    @Test(arguments: [-2_000_000, 2_000_000])
    func `the database's clock must be where it is taken to be`(microseconds: Int64) async throws {
        try await APIBed.run { bed in
            let group = try group(2...3)
            let answers = try await afterLook(bed) { connection, memory in
                var facts = try #require(group.facts(from: memory))
                facts.now = Timestamp(microseconds: facts.now.microseconds + microseconds)
                return try group.assume(facts, on: connection, deadline: Self.far)
            }
            #expect(answers == nil)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["1"])
        }
    }

    @Test func `an entry that is there already refuses the group, and a look answers with it`() async throws {
        try await APIBed.run { bed in
            let (second, third) = (try group(2...2, key: "k"), try group(3...3, key: "k"))
            let (violation, looked) = try await afterLook(bed) { connection, memory in
                let facts = try #require(third.facts(from: memory))
                _ = try second.assume(facts, on: connection, deadline: Self.far)
                let violation = #expect(throws: PostgresError.self) {
                    try third.assume(facts, on: connection, deadline: Self.far)
                }
                return (violation, try third.look(&memory, on: connection, deadline: Self.far))
            }
            #expect(violation?.sqlState == .uniqueViolation)
            guard case .repeated(let entry) = looked?.first else { return #expect(Bool(false), "\(looked as Any)") }
            #expect(entry.id == EntryID(at: Timestamp(microseconds: 1_800_000_000_000_000), random: (0, 2)))
            #expect(try await bed.sql("SELECT count(*) FROM billing.ledger_entry") == ["2"])
        }
    }

    @Test func `where an account is locked too long it is certain that nothing was stored`() async throws {
        try await APIBed.run { bed in
            let group = try group(2...3)
            let owner = ConnectionConfiguration(connectionString: bed.database.url)
            let failure = try await afterLook(bed) { connection, memory in
                let facts = try #require(group.facts(from: memory))
                let holder = try Connection.open(owner, deadline: Self.far)
                defer { holder.close() }
                return try holder.transaction(deadline: Self.far) { holder in
                    try holder.runScript(
                        "SELECT FROM billing.account WHERE name = 'default' FOR UPDATE", named: "hold",
                        deadline: Self.far)
                    // The server's bound of the role is two seconds.
                    return #expect(throws: PostgresError.self) {
                        try group.assume(facts, on: connection, deadline: .in(.seconds(2)))
                    }
                }
            }
            #expect(failure?.sqlState?.code == "55P03")
            #expect(failure?.effect == PostgresError.Effect.none)
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["1"])
        }
    }
}
