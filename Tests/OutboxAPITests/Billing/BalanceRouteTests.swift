import Testing

@testable import OutboxAPI

@Suite struct BalanceRouteTests {
    private func topUp(_ bed: APIBed, _ body: String) async throws -> APIAnswer {
        try await bed.call("POST", "/api/sms/balance/topup", body: body)
    }

    @Test func `a top-up counts once for its reference`() async throws {
        try await APIBed.run { bed in
            #expect(try await bed.call("GET", "/api/sms/balance")["balance"] == .number("0"))
            #expect(try await topUp(bed, #"{"amount":10.10,"reference":"r1"}"#).status == 201)
            let repeated = try await topUp(bed, #"{"amount":10.1,"reference":"r1"}"#)
            #expect(repeated.status == 200)
            #expect(repeated["balance"] == .number("10.1"))
            let other = try await topUp(bed, #"{"amount":10.2,"reference":"r1"}"#)
            #expect(other.status == 409)
            #expect(other.text("type") == "reference-conflict")
            for _ in 0..<2 { #expect(try await topUp(bed, #"{"amount":0.2}"#).status == 201) }
            let balance = try await bed.call("GET", "/api/sms/balance")
            #expect(balance["balance"] == .number("10.5"))
            #expect(balance.text("kind") == "postpaid")
            #expect(balance.text("currency") == "USD")
            #expect(
                try await bed.sql("SELECT seq, kind, balance_after FROM billing.ledger_entry ORDER BY seq")
                    == ["1|topup|10.1", "2|topup|10.3", "3|topup|10.5"])
        }
    }

    @Test func `top-ups that come at once add up`() async throws {
        try await APIBed.run { bed in
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for index in 0..<20 {
                    tasks.addTask { try await topUp(bed, #"{"amount":0.1,"reference":"r\#(index % 10)"}"#).status }
                }
                for try await status in tasks { #expect(status == 200 || status == 201) }
            }
            #expect(try await bed.call("GET", "/api/sms/balance")["balance"] == .number("1"))
        }
    }

    @Test(arguments: ["0", "-1", "0.0000001", "1000000000000", "1e3", "\"1\"", "null", "true"])
    func `an amount is above nothing, bounded and exact`(amount: String) async throws {
        let read = try? TopUpFields().read(
            JSONParser.parse(Array(#"{"amount":\#(amount)}"#.utf8)).members)
        #expect(read == nil)
    }

    @Test func `a top-up whose commit was not answered counts once, and is answered as new`() async throws {
        try await APIBed.run { bed in
            let status = try await bed.cuttingCommit { transactions in
                try await BalanceHandler(transactions: transactions).topUp(
                    JSONParser.parse(Array(#"{"amount":10,"reference":"r1"}"#.utf8)).members, APIBed.admin
                ).status.code
            }
            #expect(status == 201)
            #expect(try await bed.sql("SELECT seq, balance_after FROM billing.ledger_entry") == ["1|10"])
        }
    }
}
