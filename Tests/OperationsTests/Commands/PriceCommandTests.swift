import Foundation
import Testing

@testable import Operations

@Suite struct PriceCommandTests {
    private static let prices = """
        SELECT currency, prefix, cost_per_unit, (valid_from AT TIME ZONE 'UTC')::date FROM billing.sms_price
        ORDER BY currency, prefix, valid_from
        """

    @Test func `a price is set once, and a later one takes its place`() async throws {
        try await withCommandBed { bed in
            let set = ["price", "set", "+49", "0.0450", "--currency", "EUR", "--valid-from"]
            let made = try await bed.run(set + ["2026-01-01T00:00:00Z"])
            #expect(made.lines == ["A part to +49 costs 0.045 EUR from 2026-01-01T00:00:00.000Z on."])
            let again = try await bed.run(set + ["2026-01-01T01:00:00+01:00"])
            #expect(again.end == "exit code 0" && again.lines == ["Nothing changed: this price was set before."])
            let other = try await bed.run(
                "price", "set", "49", "0.05", "--currency", "EUR", "--valid-from", "2026-01-01T00:00:00Z")
            #expect(other.end == "exit code 1")
            #expect(
                other.text.hasPrefix(
                    "Error: Nothing was set: from 2026-01-01T00:00:00.000Z on a part to +49 costs 0.045 EUR, and "
                        + "prices are not changed afterwards."), "\(other.text)")
            try await bed.succeed("price", "set", "+", "0.1", "--currency", "EUR")
            #expect(
                try await bed.database.sql(
                    "SELECT currency, prefix, cost_per_unit FROM billing.sms_price ORDER BY prefix")
                    == ["EUR||0.1", "EUR|49|0.045"])
            #expect(
                try await bed.database.sql(
                    "SELECT valid_from BETWEEN now() - interval '5 min' AND now() "
                        + "FROM billing.sms_price WHERE prefix = ''") == ["t"])
        }
    }

    @Test func `the list of a number says which price holds, and why`() async throws {
        try await withCommandBed { bed in
            #expect(try await bed.succeed("price", "list").lines == ["No prices."])
            for (prefix, cost, currency, from) in [
                ("+", "0.9", "USD", "2026-01-01"), ("+49", "0.5", "USD", "2026-01-01"),
                ("+49", "0.4", "USD", "2026-02-01"), ("+49", "0.3", "USD", "2999-01-01"),
                ("+4915", "0.1", "USD", "2999-01-01"), ("+33", "0.7", "USD", "2026-01-01"),
                ("+4", "0.8", "EUR", "2026-01-01"),
            ] {
                try await bed.succeed(
                    "price", "set", prefix, cost, "--currency", currency, "--valid-from", "\(from)T00:00:00Z")
            }
            let all = try await bed.succeed("price", "list", "--currency", "USD")
            #expect(
                all.lines.dropFirst().map { squeezed($0) } == [
                    "USD + 0.9 2026-01-01T00:00:00.000Z holds", "USD +33 0.7 2026-01-01T00:00:00.000Z holds",
                    "USD +49 0.3 2999-01-01T00:00:00.000Z not yet", "USD +49 0.4 2026-02-01T00:00:00.000Z holds",
                    "USD +49 0.5 2026-01-01T00:00:00.000Z replaced by a later one",
                    "USD +4915 0.1 2999-01-01T00:00:00.000Z not yet",
                ])
            let one = try await bed.succeed("price", "list", "--number", "+4915112345678")
            #expect(
                one.lines.dropFirst().map { squeezed($0) } == [
                    "EUR +4 0.8 2026-01-01T00:00:00.000Z holds: the longest prefix with a price",
                    "USD +4915 0.1 2999-01-01T00:00:00.000Z not yet", "USD +49 0.3 2999-01-01T00:00:00.000Z not yet",
                    "USD +49 0.4 2026-02-01T00:00:00.000Z holds: the longest prefix with a price",
                    "USD +49 0.5 2026-01-01T00:00:00.000Z replaced by a later one",
                    "USD + 0.9 2026-01-01T00:00:00.000Z a longer prefix has a price",
                ])
            #expect(
                try await bed.succeed("price", "list", "--currency", "EUR", "--number", "+33612345678").lines
                    == ["No price holds for this number: a send to it is refused."])
            try await bed.succeed(
                "price", "set", "+1", "1", "--currency", "CHF", "--valid-from", "2999-01-01T00:00:00Z")
            let none = try await bed.succeed("price", "list", "--currency", "CHF", "--number", "+12025550123")
            #expect(none.lines.last == "No price holds for this number yet: a send to it is refused.")
        }
    }

    @Test func `a file is imported whole, and once`() async throws {
        try await withCommandBed { bed in
            try await withCSV(
                """
                \u{FEFF}valid_from, "cost_per_unit",prefix,currency\r
                2026-01-01T00:00:00Z,0.05,49,EUR\r
                \r
                2026-01-01T00:00:00Z,"0.09",,EUR\r
                2026-01-01T00:00:00Z,0.07,+33,USD

                """
            ) { path in
                let first = try await bed.succeed("price", "import", path)
                #expect(first.lines == ["Set 3 prices; 0 were there before."])
                let again = try await bed.succeed("price", "import", path)
                #expect(again.lines == ["Set 0 prices; 3 were there before."])
            }
            let rows = ["EUR||0.09|2026-01-01", "EUR|49|0.05|2026-01-01", "USD|33|0.07|2026-01-01"]
            #expect(try await bed.database.sql(Self.prices) == rows)
            let fromNow = "currency,prefix,cost_per_unit,valid_from\nEUR,49,0.050,\nUSD,33,0.070,2026-01-01T00:00:00Z"
            try await withCSV(fromNow) {
                let again = try await bed.succeed("price", "import", $0)
                #expect(again.lines == ["Set 0 prices; 2 were there before."])
            }
            #expect(try await bed.database.sql(Self.prices) == rows)
            // What holds now would not, but for the last line.
            try await withCSV(
                "currency,prefix,cost_per_unit,valid_from\nCHF,41,0.04,2026-01-01T00:00:00Z\nCHF,41,0.05,2026-02-01T00:00:00Z"
            ) { try await bed.succeed("price", "import", $0) }
            try await withCSV(
                "currency,prefix,cost_per_unit,valid_from\nCHF,41,0.06,2026-03-01T00:00:00Z\nCHF,41,0.05,"
            ) {
                let mixed = try await bed.succeed("price", "import", $0)
                #expect(mixed.lines == ["Set 2 prices; 0 were there before."])
            }
            try await bed.database.sql("DELETE FROM billing.sms_price WHERE currency = 'CHF'")
            try await withCSV(
                """
                currency,prefix,cost_per_unit,valid_from
                EUR,44,0.01,2026-01-01T00:00:00Z
                EUR,49,0.06,2026-01-01T00:00:00Z
                USD,33,0.08,2026-01-01T00:00:00Z
                """
            ) { path in
                let run = try await bed.run("price", "import", path)
                #expect(run.end == "exit code 1")
                #expect(
                    run.lines == [
                        "Error: Nothing was set.",
                        "Line 3: from 2026-01-01T00:00:00.000Z on it costs 0.05 already, and prices are not changed "
                            + "afterwards.",
                        "Line 4: from 2026-01-01T00:00:00.000Z on it costs 0.07 already, and prices are not changed "
                            + "afterwards.",
                    ])
            }
            #expect(try await bed.database.sql(Self.prices) == rows)
        }
    }

    @Test func `every bad line of a file is named, and nothing is set`() async throws {
        try await withCommandBed { bed in
            try await withCSV(
                """
                currency,prefix,cost_per_unit,valid_from
                EUR,49,0.05,2026-01-01T00:00:00Z
                eur,49x,-1,2026-01-01
                EUR,44
                EUR,+49,0.06,2026-01-01T01:00:00+01:00
                EUR,1234567890123456,1000000,
                EUR,1,1,
                EUR,0044,1,
                """
            ) { path in
                let run = try await bed.run("price", "import", path)
                #expect(run.end == "exit code 1")
                #expect(
                    run.lines == [
                        "Error: Nothing was set.",
                        "Line 3: currency must be three capital letters; prefix must be up to 15 digits; cost_per_unit "
                            + "must be a decimal below 1000000; valid_from must be a time with its zone, such as "
                            + "2027-01-01T00:00:00Z, or empty.",
                        "Line 4: expected 4 fields, found 2.",
                        "Line 5: line 2 has a price from the same moment on.",
                        "Line 6: prefix must be up to 15 digits; cost_per_unit must be a decimal below 1000000.",
                        "Line 8: prefix must begin with a country code, so +44, not 0044.",
                    ])
            }
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.sms_price") == ["0"])
        }
    }

    @Test(arguments: [
        ("", "Line 1: expected the columns currency,prefix,cost_per_unit,valid_from."),
        ("currency,prefix,cost_per_unit\n", "Line 1: expected the columns currency,prefix,cost_per_unit,valid_from."),
        (
            "currency,prefix,prefix,valid_from\n",
            "Line 1: expected the columns currency,prefix,cost_per_unit,valid_from."
        ),
        ("currency,prefix,cost_per_unit,valid_from\n\n \n", "The file has no prices."),
    ])
    func `a file that is none is told so`(text: String, problem: String) {
        let file = PriceFile(text)
        #expect(file.problems == [problem])
        #expect(file.lines.isEmpty)
    }

    @Test func `a file of too many lines is told so`() {
        let heading = PriceFile.columns.joined(separator: ",")
        let file = PriceFile(heading + String(repeating: "\n", count: PriceFile.pricesMax + 1))
        #expect(file.problems == ["The file has more than 200000 lines."])
        #expect(
            PriceFile(heading + String(repeating: "\n", count: PriceFile.pricesMax)).problems == [
                "The file has no prices."
            ])
    }

    @Test func `many problems are cut short`() async throws {
        try await withCommandBed { bed in
            let text = "currency,prefix,cost_per_unit,valid_from" + String(repeating: "\nx", count: 150)
            try await withCSV(text) { path in
                let run = try await bed.run("price", "import", path)
                #expect(run.lines.count == 102 && run.lines.last == "And 50 more.")
            }
        }
    }

    @Test func `wrong input changes nothing and says what is right`() async throws {
        try await withCommandBed { bed in
            let usd = ["--currency", "USD"]
            for (arguments, code, sentence) in [
                (["price", "set", "4x", "1"] + usd, 64, "'4x' is invalid"),
                (["price", "set", "", "1"] + usd, 64, "'' is invalid"),
                (["price", "set", "1234567890123456", "1"] + usd, 64, "must be up to 15 digits"),
                (["price", "set", "0049", "1"] + usd, 64, "must begin with a country code, so +49, not 0049."),
                (["price", "set", "+0049", "1"] + usd, 64, "must begin with a country code, so +49, not +0049."),
                (["price", "set", "0171", "1"] + usd, 64, "must begin with a country code, such as +49,"),
                (["price", "set", "0", "1"] + usd, 64, "must begin with a country code, such as +49,"),
                (["price", "set", "00", "1"] + usd, 64, "must begin with a country code, such as +49,"),
                (["price", "set", "49", "1000000"] + usd, 64, "COST must be below 1000000."),
                (["price", "set", "49", "0.0000000000000000001"] + usd, 64, "is invalid"),
                (["price", "set", "49", "1"], 64, "Missing expected argument '--currency <currency>'"),
                (["price", "set", "49", "1", "--currency", "Usd"], 64, "'Usd' is invalid"),
                (
                    ["price", "set", "49", "1"] + usd + ["--valid-from", "2026-01-01"], 64,
                    "Expected a time with its zone"
                ),
                (["price", "list", "--number", "4915112345678"], 64, "Expected a number such as +4915112345678."),
                (["price", "list", "--currency", "usd"], 64, "'usd' is invalid"),
                (["price", "import", "/nowhere.csv"], 1, "Error: Cannot read /nowhere.csv"),
                (["price", "import", "/"], 1, "Error: Cannot read /"),
            ] as [([String], Int, String)] {
                let run = try await bed.run(arguments)
                #expect(run.end == "exit code \(code)", "\(arguments): \(run.text)")
                #expect(run.text.contains(sentence), "\(arguments): \(run.text)")
            }
            #expect(try await bed.database.sql("SELECT count(*) FROM billing.sms_price") == ["0"])
        }
    }

    /// A line of a table without its alignment.
    private func squeezed(_ line: String) -> String { line.split(separator: " ").joined(separator: " ") }

    private func withCSV(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("prices-\(UUID()).csv").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }
}
