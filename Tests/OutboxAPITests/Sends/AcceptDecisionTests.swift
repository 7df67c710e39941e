import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct AcceptDecisionTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func facts(
        balance: Numeric, prepaid: Bool = true, earlier: [Int: EarlierEntry] = [:]
    ) throws -> AcceptFacts {
        AcceptFacts(
            now: now,
            accounts: [
                "a": AccountStanding(name: "a", isPrepaid: prepaid, currency: "USD", balance: balance),
                "b": AccountStanding(name: "b", isPrepaid: false, currency: "EUR"),
            ],
            prices: PriceList([
                SMSPrice(currency: "USD", prefix: "254", costPerUnit: try #require(Amount("0.1"))),
                SMSPrice(currency: "USD", prefix: "2547", costPerUnit: try #require(Amount("0.25"))),
                SMSPrice(currency: "USD", prefix: "49", costPerUnit: try #require(Amount("0"))),
            ]), earlier: earlier, provider: "nxtele", waitMax: .seconds(60))
    }

    private func candidate(
        _ number: UInt64, to: String = "+254100000001", message: String = "x", account: String = "a",
        user: String = "u",
        key: String? = nil, _ change: (inout SendRequest) -> Void = { _ in }
    ) throws -> SendCandidate {
        var request = SendRequest(
            recipient: try #require(PhoneNumber(e164: to)), message: message, senderID: "S", userID: nil,
            messageID: key, messageName: nil, scheduledAt: nil, validForSeconds: nil, priority: .normal, tags: [],
            customData: "{}")
        change(&request)
        return SendCandidate(
            id: EntryID(at: now, random: (0, number)), account: account, userID: user, idempotencyKey: key,
            request: request)
    }

    private func verdictNames(_ verdicts: [AcceptVerdict]) -> [String] {
        verdicts.map { verdict in
            switch verdict {
            case .accept(let send): "accept \(send.chargeOrdinal) \(send.chargedSoFar.decimalText)"
            case .repeats(let id): "repeats \(id.rawValue & 0xFF)"
            default: "\(verdict)"
            }
        }
    }

    @Test func `each send of a group sees what the ones before it left`() throws {
        let group = [
            try candidate(1), try candidate(2, to: "+254700000001"), try candidate(3, to: "+254700000001"),
            try candidate(4), try candidate(5), try candidate(6, to: "+491511234567"),
        ]
        let verdicts = decideSends(group, by: try facts(balance: Numeric(coefficient: 40, scale: 2)))
        #expect(
            verdictNames(verdicts) == [
                "accept 1 0.1", "accept 2 0.35", "insufficientBalance", "insufficientBalance", "insufficientBalance",
                "accept 3 0.35",
            ])
    }

    @Test func `a postpaid account may owe, and a free send is never unpayable`() throws {
        let group = [try candidate(1), try candidate(2)]
        #expect(
            verdictNames(decideSends(group, by: try facts(balance: .zero, prepaid: false)))
                == ["accept 1 0.1", "accept 2 0.2"])
        let free = [try candidate(1, to: "+491511234567"), try candidate(2)]
        #expect(
            verdictNames(decideSends(free, by: try facts(balance: Numeric(coefficient: -5, scale: 0))))
                == ["accept 1 0", "insufficientBalance"])
    }

    @Test func `the price is that of every part`() throws {
        let long = String(repeating: "x", count: 161)
        let verdicts = decideSends(
            [try candidate(1, message: long)], by: try facts(balance: Numeric(coefficient: 1, scale: 0)))
        guard case .accept(let send) = verdicts[0] else { return #expect(Bool(false), "\(verdicts)") }
        #expect(send.entry.units == 2)
        #expect(send.entry.totalCost.decimalText == "0.2")
        #expect(send.chargedSoFar.decimalText == "0.2")
    }

    @Test func `a key used twice in a group is one send, or a conflict`() throws {
        let group = [
            try candidate(1, key: "k"), try candidate(2, key: "k"), try candidate(3, message: "y", key: "k"),
            try candidate(4, user: "v", key: "k"), try candidate(5),
        ]
        let verdicts = decideSends(group, by: try facts(balance: Numeric(coefficient: 25, scale: 2)))
        #expect(
            verdictNames(verdicts)
                == ["accept 1 0.1", "repeats 1", "conflict", "accept 2 0.2", "insufficientBalance"])
    }

    @Test func `a key whose first send was refused is still free`() throws {
        let group = [try candidate(1, to: "+254700000001", key: "k"), try candidate(2, key: "k")]
        #expect(
            verdictNames(decideSends(group, by: try facts(balance: Numeric(coefficient: 1, scale: 1))))
                == ["insufficientBalance", "accept 1 0.1"])
    }

    @Test func `what is there already is found by key, or by its own id where a try is in doubt`() throws {
        let group = [try candidate(1, key: "k"), try candidate(2, key: "l"), try candidate(3), try candidate(4)]
        let elsewhere = EntryID(at: now, random: (0, 99))
        let verdicts = decideSends(
            group,
            by: try facts(
                balance: .zero,
                earlier: [
                    0: EarlierEntry(id: elsewhere, contentHash: group[0].contentHash),
                    1: EarlierEntry(id: elsewhere, contentHash: group[0].contentHash),
                    2: EarlierEntry(id: group[2].id, contentHash: group[2].contentHash),
                ]))
        // Both contents of 0 and 1 are the same: the key is no part of it.
        #expect(verdictNames(verdicts) == ["repeats 99", "repeats 99", "stored", "insufficientBalance"])
    }

    @Test func `no price, and no account`() throws {
        let group = [
            try candidate(1, to: "+3312345678"), try candidate(2, account: "b"), try candidate(3, account: "c"),
        ]
        #expect(
            verdictNames(decideSends(group, by: try facts(balance: .zero))) == ["noPrice", "noPrice", "impossible"])
    }

    @Test func `when it is given up depends on the schedule and the validity`() throws {
        let later = Timestamp(microseconds: now.microseconds + 5_000_000)
        let cases: [(Timestamp?, Int32?, Int64, DeliveryState)] = [
            (nil, nil, 60, .queued), (nil, 10, 10, .queued), (later, nil, 65, .scheduled),
            (later, 10, 15, .scheduled),
            (now, 10, 10, .queued), (Timestamp(microseconds: 0), nil, 60, .queued),
        ]
        for (scheduledAt, validFor, seconds, state) in cases {
            let one = try candidate(1) {
                $0.scheduledAt = scheduledAt
                $0.validForSeconds = validFor
            }
            let verdicts = decideSends([one], by: try facts(balance: .zero, prepaid: false))
            guard case .accept(let send) = verdicts[0] else { return #expect(Bool(false), "\(verdicts)") }
            #expect(send.giveUpAt.microseconds - now.microseconds == seconds * 1_000_000)
            #expect(send.entry.deliveryState == state)
            #expect(send.entry.times.validUntil == (validFor == nil ? nil : send.giveUpAt))
        }
    }

    @Test func `over any groups a prepaid balance never falls below zero, and the ledger adds up`() throws {
        var random = SeededGenerator(seed: 42)
        for _ in 0..<200 {
            let start = Numeric(coefficient: Int128(Int.random(in: 0...300, using: &random)), scale: 2)
            var standing = AccountStanding(name: "a", isPrepaid: true, currency: "USD", balance: start)
            var spent = Numeric.zero
            for group in 0..<4 {
                var facts = try facts(balance: .zero)
                facts.accounts["a"] = standing
                let candidates = try (0..<5).map { place in
                    try candidate(
                        UInt64(group * 5 + place), to: Bool.random(using: &random) ? "+254100000001" : "+254700000001",
                        message: String(repeating: "x", count: Int.random(in: 1...400, using: &random)))
                }
                let before = standing.balance
                var ordinal: Int64 = 0
                for case .accept(let send) in decideSends(candidates, by: facts) {
                    spent = try #require(spent.adding(send.entry.totalCost))
                    ordinal += 1
                    #expect(send.chargeOrdinal == ordinal)
                    standing.balance = try #require(before.adding(send.chargedSoFar.negated))
                    #expect(!standing.balance.isNegative)
                }
            }
            #expect(try #require(standing.balance.adding(spent)).isSameAmount(as: start))
        }
    }

    @Test(
        arguments: [
            ([], "{}"), (["a"], #"{"a"}"#), (["a,b", #"c"d\e"#, "NULL", "{}"], #"{"a,b","c\"d\\e","NULL","{}"}"#),
        ] as [([String], String)])
    func `texts become an array of Postgres`(texts: [String], array: String) {
        #expect(postgresArray(texts) == array)
    }
}
