extension PhoneNumber {
    /// Reads a number from a field of NXTele: country code and digits.
    ///
    /// White space around it is dropped (a leading space is a `+` that somebody forgot to escape in a form), and a `+`
    /// or `00` in front of the country code. nil for everything else: separators, letters, a list, a national number
    /// (`0…`), fewer than 7 digits or more than 15. Source: providers.md, section 5.
    package init?(providerDigits text: some StringProtocol) {
        var rest = Substring(trimmed(String(text))).utf8
        if rest.first == 0x2B {
            rest.removeFirst()
        } else if rest.starts(with: [0x30, 0x30]) {
            rest.removeFirst(2)
        }
        guard let digits = InternationalDigits(rest.makeIterator()) else { return nil }
        self.init(digits)
    }
}
