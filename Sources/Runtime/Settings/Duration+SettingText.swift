extension Duration {
    /// Reads a whole number and its unit: `500ms`, `30s`, `15m`, `72h`.
    ///
    /// Nil for signs, fractions, spaces, other units, and for more than fits into 2^63 milliseconds.
    package init?(settingText text: some StringProtocol) {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        let millisecondsPerUnit: Int64
        switch String(text.dropFirst(digits.count)) {
        case "ms": millisecondsPerUnit = 1
        case "s": millisecondsPerUnit = 1_000
        case "m": millisecondsPerUnit = 60_000
        case "h": millisecondsPerUnit = 3_600_000
        default: return nil
        }
        guard let number = Int64(String(text.prefix(digits.count))) else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: millisecondsPerUnit)
        guard !overflow else { return nil }
        self = .milliseconds(milliseconds)
    }

    /// The text in the largest unit that loses nothing; what is below a millisecond, or beyond 292 years, is cut off.
    package var settingText: String {
        let milliseconds = nanoseconds / 1_000_000
        for (unit, size) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1_000)]
        where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
