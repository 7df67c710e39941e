import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import Operations

@Suite struct TopUpTests {
    private static let ledger = """
        SELECT seq, kind, amount, balance_after, reference FROM billing.ledger_entry WHERE account = 'default' ORDER BY seq
        """

    @Test func `a top-up happens once per reference, exact to the last digit`() async throws {
        try await withCommandBed { bed in
            let first = try await bed.succeed("account", "topup", "default", "0.10", "--reference", "INV-1")
            #expect(first.lines == ["Added 0.1 to default: the balance is 0.1."])
            let again = try await bed.succeed("account", "topup", "default", "0.1", "--reference", "INV-1")
            #expect(again.text.hasPrefix("Nothing was added: INV-1 was done before, at "), "\(again.text)")
            #expect(again.text.hasSuffix("when 0.1 made the balance 0.1."), "\(again.text)")
            let other = try await bed.run("account", "topup", "default", "0.2", "--reference", "INV-1")
            #expect(other.end == "exit code 1")
            #expect(
                other.text.hasPrefix("Error: Nothing was added: INV-1 stands for another posting, of 0.1 at "),
                "\(other.text)")
            let second = try await bed.succeed(
                "account", "topup", "default", "999999999.000000000000000001", "--reference", "INV-2")
            #expect(second.lines.first?.hasSuffix("the balance is 999999999.100000000000000001.") == true)
            #expect(
                try await bed.database.sql(Self.ledger) == [
                    "1|topup|0.1|0.1|INV-1",
                    "2|topup|999999999.000000000000000001|999999999.100000000000000001|INV-2",
                ])

            // The same reference is another account's own.
            try await bed.succeed("account", "create", "b", "--kind", "prepaid", "--currency", "EUR")
            #expect(
                try await bed.succeed("account", "topup", "b", "3", "--reference", "INV-1").lines
                    == ["Added 3 to b: the balance is 3."])

            let shown = try await bed.succeed("account", "show", "default", "--rows", "1")
            #expect(shown.text.contains("999999999.100000000000000001 USD"), "\(shown.text)")
            #expect(shown.lines.last?.hasPrefix("2    ") == true && shown.lines.last?.hasSuffix("  INV-2") == true)
            #expect(!shown.text.contains("INV-1"))
        }
    }

    @Test func `a balance goes on from the last row, whatever it is for`() async throws {
        try await withCommandBed { bed in
            try await bed.database.sql(
                """
                INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
                VALUES ('default', 1, 'charge', -0.3, -0.3, '0190a3c0-0000-7000-8000-000000000001', 2, 0)
                """)
            let run = try await bed.succeed("account", "topup", "default", "0.25", "--reference", "r")
            #expect(run.lines == ["Added 0.25 to default: the balance is -0.05."])
            let shown = try await bed.succeed("account", "show", "default")
            #expect(
                shown.lines.last?.hasSuffix("charge  -0.3    -0.3     0190a3c0-0000-7000-8000-000000000001, cycle 2")
                    == true,
                "\(shown.text)")
        }
    }

    @Test func `top-ups at once from several connections leave an exact ledger, each reference once`() async throws {
        try await withCommandBed { bed in
            let (connections, references) = (8, 12)
            let posted = try await withThrowingTaskGroup(of: Int.self) { group in
                for connection in 0..<connections {
                    let pool = bed.pool()
                    group.addTask {
                        // Made in here: a task that captures 128 bits among others crashes in debug builds (Swift 6.3.1).
                        let amount = try #require(Amount("0.7"))
                        // Every connection posts every reference, each in another order.
                        let posted = try await pool.withConnection(timeout: .seconds(60)) { session, deadline in
                            try (0..<references).count { step in
                                let outcome = try TopUp.run(
                                    account: "default", amount: amount,
                                    reference: "r\((step * 5 + connection) % references)", on: session,
                                    deadline: deadline)
                                if case .posted = outcome { return true }
                                guard case .postedBefore = outcome else { throw TestSupportFailure("\(outcome)") }
                                return false
                            }
                        }
                        await pool.close()
                        return posted
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(posted == references)
            #expect(
                try await bed.database.sql(
                    """
                    SELECT count(*), min(seq), max(seq), count(DISTINCT reference), bool_and(balance_after = seq * 0.7)
                    FROM billing.ledger_entry
                    """) == ["12|1|12|12|t"])
        }
    }
}
