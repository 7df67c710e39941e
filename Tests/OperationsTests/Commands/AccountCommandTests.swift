import Foundation
import Testing

@testable import Operations

@Suite struct AccountCommandTests {
    private static let columns = "name, kind, currency, max_automatic_retries, max_resends, unclear_policy"

    @Test func `an account is made with settings of its own, listed and shown`() async throws {
        try await withCommandBed { bed in
            try await bed.succeed("account", "create", "plain", "--kind", "prepaid", "--currency", "EUR")
            let made = try await bed.succeed(
                "account", "create", "own", "--kind", "postpaid", "--currency", "USD", "--max-automatic-retries", "0",
                "--max-resends", "60", "--unclear-policy", "retry")
            #expect(made.lines == ["Made account own, postpaid, in USD."])
            #expect(
                try await bed.database.sql(
                    "SELECT \(Self.columns) FROM billing.account WHERE name <> 'default' ORDER BY 1")
                    == ["own|postpaid|USD|0|60|retry", "plain|prepaid|EUR|||"])
            try await bed.succeed("account", "topup", "plain", "12.50", "--reference", "one")

            let list = try await bed.succeed("account", "list")
            #expect(list.lines.count == 4)
            #expect(list.lines[2].split(separator: " ") == ["own", "postpaid", "0", "USD", "-", "0", "60", "retry"])
            let plain = list.lines[3].split(separator: " ")
            #expect(plain.prefix(4) == ["plain", "prepaid", "12.5", "EUR"])
            #expect(plain.suffix(3) == ["default", "default", "default"])

            let shown = try await bed.succeed("account", "show", "own")
            for line in [/account  +own/, /max automatic retries  0/, /unclear policy  +retry/, /balance  +0 USD/] {
                #expect(shown.lines.contains { $0.wholeMatch(of: line) != nil }, "\(shown.text)")
            }
        }
    }

    @Test func `who connects as the wrong role is told which is the right one`() async throws {
        try await withCommandBed { bed in
            let run = try await bed.run(["account", "list"], user: "postroom_ingress")
            #expect(run.end == "exit code 1")
            #expect(
                run.text.hasSuffix("(SQLSTATE 42501). Connect as postroom_operator, or as the owner."), "\(run.text)")
        }
    }

    @Test func `an account that is there is not made again`() async throws {
        try await withCommandBed { bed in
            let run = try await bed.run("account", "create", "default", "--kind", "prepaid", "--currency", "EUR")
            #expect(run.end == "exit code 1")
            #expect(run.text.hasPrefix("Error: There is an account default already."), "\(run.text)")
            #expect(
                try await bed.database.sql("SELECT \(Self.columns) FROM billing.account") == ["default|postpaid|USD|||"]
            )
        }
    }

    @Test func `what is named is changed, default takes it away, the rest stays`() async throws {
        try await withCommandBed { bed in
            try await bed.succeed(
                "account", "create", "a", "--kind", "postpaid", "--currency", "USD", "--max-automatic-retries", "5",
                "--max-resends", "6", "--unclear-policy", "retry")
            let steps: [([String], String)] = [
                (["--max-automatic-retries", "7"], "a|postpaid|USD|7|6|retry"),
                (["--kind", "prepaid"], "a|prepaid|USD|7|6|retry"),
                (["--max-resends", "default"], "a|prepaid|USD|7||retry"),
                (["--max-automatic-retries", "default", "--unclear-policy", "fail"], "a|prepaid|USD|||fail"),
                (["--unclear-policy", "default", "--max-resends", "0"], "a|prepaid|USD||0|"),
            ]
            for (options, row) in steps {
                let run = try await bed.run(["account", "set", "a"] + options)
                #expect(run.end == "exit code 0", "\(options): \(run.text)")
                #expect(
                    try await bed.database.sql("SELECT \(Self.columns) FROM billing.account WHERE name = 'a'") == [row])
            }
        }
    }

    @Test func `wrong input changes nothing and says what is right`() async throws {
        try await withCommandBed { bed in
            let create = ["account", "create", "new"]
            let whole = create + ["--kind", "prepaid", "--currency", "USD"]
            for (arguments, code, sentence) in [
                (create + ["--kind", "prepaid"], 64, "Missing expected argument '--currency <currency>'"),
                (create + ["--kind", "free", "--currency", "USD"], 64, "'free' is invalid"),
                (create + ["--kind", "prepaid", "--currency", "usd"], 64, "'usd' is invalid"),
                (create + ["--kind", "prepaid", "--currency", "USDT"], 64, "'USDT' is invalid"),
                (["account", "create", "a:b", "--kind", "prepaid", "--currency", "USD"], 64, "'a:b' is invalid"),
                (
                    ["account", "create", String(repeating: "a", count: 65), "--kind", "prepaid", "--currency", "USD"],
                    64, "is invalid"
                ),
                (whole + ["--max-automatic-retries", "101"], 64, "Expected 0...100, or default."),
                (whole + ["--max-resends", "61"], 64, "Expected 0...60, or default."),
                (whole + ["--max-resends", "many"], 64, "Expected 0...60, or default."),
                (whole + ["--unclear-policy", "hope"], 64, "Expected fail, retry, or default."),
                (["account", "set", "default"], 64, "Name what to change"),
                (["account", "set", "nobody", "--kind", "prepaid"], 1, "There is no account nobody. Make it: "),
                (["account", "show", "nobody"], 1, "There is no account nobody. Make it: "),
                (["account", "show", "default", "--rows", "-1"], 64, "Error: "),
                (["account", "topup", "nobody", "1", "--reference", "r"], 1, "There is no account nobody. Make it: "),
                (["account", "topup", "default", "1"], 64, "Missing expected argument '--reference <reference>'"),
                (["account", "topup", "default", "0", "--reference", "r"], 64, "AMOUNT must be more than 0"),
                (["account", "topup", "default", "-5", "--reference", "r"], 64, "Error: "),
                (["account", "topup", "default", "1,5", "--reference", "r"], 64, "'1,5' is invalid"),
                (["account", "topup", "default", "1e3", "--reference", "r"], 64, "'1e3' is invalid"),
                (["account", "topup", "default", "1000000000.01", "--reference", "r"], 64, "at most 1000000000."),
                (["account", "topup", "default", "1", "--reference", ""], 64, "--reference must have 1 to 255"),
                (["account", "topup", "default", "1", "--reference", "a\u{1B}[2J"], 64, "--reference must have"),
                (
                    ["account", "topup", "default", "1", "--reference", String(repeating: "r", count: 256)], 64,
                    "--reference must have"
                ),
            ] as [([String], Int, String)] {
                let run = try await bed.run(arguments)
                #expect(run.end == "exit code \(code)", "\(arguments): \(run.text)")
                #expect(run.text.contains(sentence), "\(arguments): \(run.text)")
            }
            #expect(
                try await bed.database.sql("SELECT \(Self.columns) FROM billing.account") == ["default|postpaid|USD|||"]
            )
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.ledger_entry") == ["0"])
        }
    }
}
