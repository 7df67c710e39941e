/// The first digits of numbers: with or without `+`; `+` alone is every destination.
struct PricePrefix: Equatable, Sendable {
    /// The most digits (E.164).
    static let digitsMax = 15
    /// The digits without `+`.
    let digits: String

    /// Why a text is none, as the end of a sentence.
    struct Problem: Error, Equatable {
        let words: String
    }

    /// Reads one.
    ///
    /// None begins with 0, as no country code does: a price for `0049` would be taken, and apply to no number.
    init(_ text: String) throws(Problem) {
        let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard !text.isEmpty, digits.utf8.count <= Self.digitsMax,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw Problem(words: "must be up to \(Self.digitsMax) digits") }
        guard !digits.hasPrefix("0") else {
            let bare = digits.hasPrefix("00") ? digits.drop { $0 == "0" } : ""
            let better = bare.isEmpty ? "such as +49, and none of those begins with 0" : "so +\(bare), not \(text)"
            throw Problem(words: "must begin with a country code, \(better)")
        }
        self.digits = String(digits)
    }
}
