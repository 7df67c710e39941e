extension PhoneNumber {
    /// Reads a number that a user of ours enters: as ``init(lenient:)``, but only with `+` or `00` in front.
    ///
    /// Digits alone are ambiguous there: `33676123456` may be a French number or a national one of another country, and
    /// no default region is known. Refusing is better than sending to a stranger. Source: providers.md, section 5.
    package init?(entered text: some StringProtocol) {
        guard let digits = writtenDigits(text, needsPrefix: true) else { return nil }
        self.init(digits)
    }
}
