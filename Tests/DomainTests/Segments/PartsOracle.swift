import Domain

/// Splits a text into its parts for real, character by character, from the alphabet as providers.md prints it: slow,
/// and written independently of the counter that it checks.
struct PartsOracle {
    let encoding: MessageEncoding
    let parts: [String]
    /// Septets or UTF-16 units of each part.
    let units: [Int]

    init(_ text: String) {
        let widths = text.unicodeScalars.map(Self.septets)
        let isGSM = widths.allSatisfy { $0 != nil }
        let width = { (scalar: Unicode.Scalar) in
            isGSM ? Self.septets(scalar) ?? 0 : String(scalar).utf16.count
        }
        let total = text.unicodeScalars.reduce(0) { $0 + width($1) }
        let limit = isGSM ? (total <= 160 ? 160 : 153) : (total <= 70 ? 70 : 67)
        var parts = [String.UnicodeScalarView()]
        var units = [0]
        for scalar in text.unicodeScalars {
            if units[units.count - 1] + width(scalar) > limit {
                parts.append(String.UnicodeScalarView())
                units.append(0)
            }
            parts[parts.count - 1].append(scalar)
            units[units.count - 1] += width(scalar)
        }
        self.encoding = isGSM ? .gsm7 : .ucs2
        self.parts = parts.map(String.init)
        self.units = units
    }

    /// The 127 characters in the order of their codes.
    static let basic = Array(
        """
        @£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,-./0123456789:;<=>?\
        ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà
        """.unicodeScalars)
    static let extended = Array("\u{0C}^{}\\[~]|€".unicodeScalars)

    private static let widths = Dictionary(
        uniqueKeysWithValues: basic.map { ($0, 1) } + extended.map { ($0, 2) })

    static func septets(_ scalar: Unicode.Scalar) -> Int? { widths[scalar] }
}
