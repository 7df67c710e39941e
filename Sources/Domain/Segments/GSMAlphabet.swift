/// The default alphabet of GSM 03.38 and its extension table (3GPP TS 23.038, section 6.2.1).
///
/// Keyed by scalar: `Character` compares by canonical equivalence and would take a decomposed `é` for the one that is
/// in the alphabet.
enum GSMAlphabet {
    /// How many septets a scalar takes: 1 in the basic alphabet, 2 (escape and code) in the extension table; nil where
    /// GSM has no such character.
    static func septets(_ scalar: Unicode.Scalar) -> Int? {
        switch scalar {
        case "\u{0C}", "^", "{", "}", "\\", "[", "~", "]", "|", "€": 2
        case "\n", "\r", " "..."_", "a"..."z": 1  // the extension table's are gone above; `, tab and ESC are not in it
        case "£", "¥", "è", "é", "ù", "ì", "ò", "Ç", "Ø", "ø", "Å", "å": 1
        case "Δ", "Φ", "Γ", "Λ", "Ω", "Π", "Ψ", "Σ", "Θ", "Ξ": 1
        case "Æ", "æ", "ß", "É", "¤", "¡", "Ä", "Ö", "Ñ", "Ü", "§", "¿", "ä", "ö", "ñ", "ü", "à": 1
        default: nil
        }
    }
}
