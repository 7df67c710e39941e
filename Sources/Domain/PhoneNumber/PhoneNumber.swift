/// A telephone number in E.164: `+`, a country code that does not start with 0, 7 to 15 digits in all.
///
/// E.164 allows up to 15 digits and names no least; below 7 it is a short code, which is not E.164 (providers.md,
/// section 5).
package struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number with its `+`, e.g. `+4915112345678`.
    package let e164: String

    /// The number without the `+`, as NXTele wants it.
    package var digits: String { String(e164.dropFirst()) }

    /// The number with its `+`.
    package var description: String { e164 }

    /// The fewest digits of a number.
    package static let digitsMin = 7
    /// The most digits of a number (E.164).
    package static let digitsMax = 15

    /// Reads exactly `+` and 7 to 15 ASCII digits, the first not 0; nil for everything else.
    package init?(e164 text: some StringProtocol) {
        var bytes = text.utf8.makeIterator()
        guard bytes.next() == 0x2B, let digits = InternationalDigits(bytes) else { return nil }
        self.init(digits)
    }

    init(_ digits: InternationalDigits) {
        self.e164 = digits.e164
    }
}
