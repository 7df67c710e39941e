import TestSupport
import Testing

@testable import Operations

@Suite struct AdjustTests {
    private static let ledger = """
        SELECT seq, kind, amount, balance_after, reference FROM billing.ledger_entry WHERE account = 'a' ORDER BY seq
        """

    @Test func `a wrong top-up is corrected, once per reference`() async throws {
        try await withCommandBed { bed in
            try await bed.succeed("account", "create", "a", "--kind", "prepaid", "--currency", "USD")
            try await bed.succeed("account", "topup", "a", "1000", "--reference", "INV-1")
            let adjust = ["account", "adjust", "a", "--by", "-900.5", "--reference", "INV-1: 1000 for 99.5"]
            let first = try await bed.run(adjust)
            #expect(first.lines == ["Adjusted a by -900.5: the balance is 99.5."])
            let again = try await bed.run(adjust)
            #expect(again.end == "exit code 0")
            #expect(
                again.text.hasPrefix("Nothing was changed: INV-1: 1000 for 99.5 was done before, at "), "\(again.text)")
            #expect(again.text.hasSuffix("when -900.5 made the balance 99.5."), "\(again.text)")

            // Neither another amount, nor the other way, nor a top-up's reference.
            for (by, reference) in [
                ("-900", "INV-1: 1000 for 99.5"), ("900.5", "INV-1: 1000 for 99.5"), ("1000", "INV-1"),
            ] {
                let other = try await bed.run("account", "adjust", "a", "--by", by, "--reference", reference)
                #expect(other.end == "exit code 1")
                #expect(
                    other.text.contains("Nothing was changed: \(reference) stands for another posting"), "\(other.text)"
                )
            }
            let topUp = try await bed.run("account", "topup", "a", "5", "--reference", "INV-1: 1000 for 99.5")
            #expect(topUp.text.contains("stands for another posting, of -900.5 at "), "\(topUp.text)")
            try await bed.succeed("account", "adjust", "a", "--by", "+0.25", "--reference", "goodwill")
            #expect(
                try await bed.database.sql(Self.ledger) == [
                    "1|topup|1000|1000|INV-1", "2|adjustment|-900.5|99.5|INV-1: 1000 for 99.5",
                    "3|adjustment|0.25|99.75|goodwill",
                ])
            let shown = try await bed.succeed("account", "show", "a", "--rows", "1")
            #expect(shown.lines.last?.contains("adjustment") == true, "\(shown.text)")
        }
    }

    @Test func `what is paid beforehand is taken below zero only by who says so`() async throws {
        try await withCommandBed { bed in
            try await bed.succeed("account", "create", "a", "--kind", "prepaid", "--currency", "USD")
            try await bed.succeed("account", "topup", "a", "5", "--reference", "r1")
            let adjust = ["account", "adjust", "a", "--by", "-5.01", "--reference", "r2"]
            let refused = try await bed.run(adjust)
            #expect(refused.end == "exit code 1")
            #expect(
                refused.text.contains(
                    "Nothing was changed: a is prepaid and has 5, which -5.01 would take below zero."),
                "\(refused.text)")
            #expect(try await bed.database.sql(Self.ledger) == ["1|topup|5|5|r1"])
            #expect(
                try await bed.run(adjust + ["--allow-negative"]).lines == ["Adjusted a by -5.01: the balance is -0.01."]
            )
            // Done is done, also without it; and what brings it nearer to zero needs none.
            #expect(try await bed.run(adjust).text.hasPrefix("Nothing was changed: r2 was done before"))
            try await bed.succeed("account", "adjust", "a", "--by", "0.005", "--reference", "r3")
            // To zero, and who pays afterwards.
            try await bed.succeed("account", "create", "b", "--kind", "prepaid", "--currency", "USD")
            try await bed.succeed("account", "topup", "b", "5", "--reference", "r1")
            try await bed.succeed("account", "adjust", "b", "--by", "-5", "--reference", "r2")
            #expect(
                try await bed.succeed("account", "adjust", "default", "--by", "-3", "--reference", "r").lines
                    == ["Adjusted default by -3: the balance is -3."])
        }
    }

    @Test(arguments: [
        (["nobody", "--by", "-1", "--reference", "r"], 1, "There is no account nobody. Make it: "),
        (["default", "--by", "1"], 64, "Missing expected argument '--reference <reference>'"),
        (["default", "--reference", "r"], 64, "Missing expected argument '--by <by>'"),
        (["default", "--by", "-0", "--reference", "r"], 64, "--by must not be 0"),
        (["default", "--by", "-+1", "--reference", "r"], 64, "'-+1' is invalid"),
        (["default", "--by", "--1", "--reference", "r"], 64, "'--1' is invalid"),
        (["default", "--by", "-1000000000.01", "--reference", "r"], 64, "at most 1000000000 either way."),
        (["default", "--by", "-1", "--reference", ""], 64, "--reference must have 1 to 255"),
    ])
    func `wrong input changes nothing and says what is right`(arguments: [String], code: Int, sentence: String)
        async throws
    {
        try await withCommandBed { bed in
            let run = try await bed.run(["account", "adjust"] + arguments)
            #expect(run.end == "exit code \(code)", "\(run.text)")
            #expect(run.text.contains(sentence), "\(run.text)")
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.ledger_entry") == ["0"])
        }
    }
}
