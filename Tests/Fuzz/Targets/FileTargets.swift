#if DEBUG || FUZZ
    import Store

    @testable import Operations
    @testable import Runtime

    extension FuzzTarget {
        static let priceFile = FuzzTarget(
            "price-file",
            words: [
                "currency,prefix,cost_per_unit,valid_from\n", "EUR", "USD", ",", ",,", "\"", "\r\n", "\n", "+49",
                "0.07",
                "1e3", "999999.999", "2027-01-01T00:00:00Z", "2027-01-01T00:00:00+14:00", "\u{FEFF}", "\u{85}",
            ]
        ) { bytes, trace in
            guard let text = String(validating: bytes, as: UTF8.self) else { return trace.note("not UTF-8") }
            let file = PriceFile(text)
            trace.require(PriceFile(text) == file, "reading again gives the same")
            trace.note(size: file.lines.count)
            for problem in file.problems.prefix(3) { trace.note(String(problem.drop { $0 != ":" })) }
            trace.require(!file.lines.isEmpty || !file.problems.isEmpty, "a file without prices is wrong")
            for line in file.lines {
                trace.require(NewPrice.accepts(line.price.costPerUnit), "a price is bounded")
                trace.require(line.price.prefix.utf8.allSatisfy { (0x30...0x39).contains($0) }, "a prefix is digits")
            }
        }

        /// The file of settings, and the values that are read of it.
        static let settingsFile = FuzzTarget(
            "settings-file",
            words: [
                "DATABASE_URL=", "POSTROOM_STORE_DEADLINE=2s", "\n", "\r\n", "#", "=", "'", "\"", " ", "500ms", "72h",
                "default:key", "127.0.0.1:8080", "[::1]:0", "9223372036854775807h",
            ]
        ) { bytes, trace in
            guard let text = String(validating: bytes, as: UTF8.self) else { return trace.note("not UTF-8") }
            let file = EnvironmentFile(parsing: text)
            trace.note(size: file.values.count)
            trace.note(size: file.malformedLines.count)
            for value in file.values.values {
                if let span = Duration(settingText: value) {
                    trace.note("duration")
                    trace.require(span >= .zero, "no duration is negative")
                }
                if let address = ListenAddress(value) {
                    trace.note("address")
                    trace.require(ListenAddress(address.description) == address, "an address reads back")
                }
                trace.note(AccountSecret(value) != nil)
            }
        }
    }
#endif
