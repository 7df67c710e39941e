/// The most scalars of a message that are looked at: enough not to miss the word before a signature or a row of emoji,
/// and a bound on hostile texts.
private let messageScalarsMax = 1_024

/// A word as it is compared: its letters and digits in lower case and ordinary width, without accents; everything else
/// (white space, punctuation, symbols, emoji, marks of accent and of writing direction) is dropped. nil where nothing is
/// left or too much.
///
/// Texts of one canonical form are equal to Swift, so the rest of Unicode needs no table here.
func folded(_ text: String) -> String? {
    var word = String.UnicodeScalarView()
    var (kept, seen) = (0, 0)
    for scalar in text.unicodeScalars {
        seen += 1
        guard seen <= messageScalarsMax else { return nil }
        for lower in withoutWidth(scalar).properties.lowercaseMapping.unicodeScalars where isKept(lower) {
            kept += 1
            guard kept <= OptOutWords.wordScalarsMax else { return nil }
            word.append(withoutAccent(lower))
        }
    }
    return kept == 0 ? nil : String(word)
}

/// Full-width forms of ASCII, as keyboards of East Asia write them, are ASCII moved up by this.
private let fullWidthOffset: UInt32 = 0xFEE0

private func withoutWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard 0xFF01...0xFF5E ~= scalar.value else { return scalar }
    return Unicode.Scalar(scalar.value - fullWidthOffset) ?? scalar
}

/// Letters and digits, and the marks that are vowels in scripts of South and South-East Asia, or make another letter.
private func isKept(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber, .spacingMark: true
    // From Devanagari to Myanmar, and Khmer; madda and hamza, and the marks of voice of kana, which composed letters have
    // in them, too; elsewhere they are accents, points and variants.
    case .nonspacingMark:
        switch scalar.value {
        case 0x0900...0x109F, 0x1780...0x17FF, 0x0653...0x0655, 0x3099...0x309A: true
        default: false
        }
    default: false
    }
}

/// A letter as it is without its accents: Latin and Greek ones, and those of Cyrillic that are composed with one. The same
/// as what is left of its decomposed form once the marks are dropped.
private func withoutAccent(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "\0"..."\u{7F}": scalar
    case "ı": "i"
    case "ς": "σ"
    case "й", "ѝ": "и"
    case "ё", "ѐ": "е"
    case "ї": "і"
    case "ў": "у"
    case "ѓ": "г"
    case "ќ": "к"
    case "\u{C0}"..."\u{24F}", "\u{370}"..."\u{3FF}", "\u{1E00}"..."\u{1FFF}": namedLetter(scalar) ?? scalar
    default: scalar
    }
}

/// The letter that another is made of by its name in Unicode: of `LATIN SMALL LETTER U WITH HOOK ABOVE` it is u. The
/// standard library has no decomposition, and names are complete where a table of ours was not (Vietnamese, Greek).
private func namedLetter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard let name = scalar.properties.name?.split(separator: " "), name.count > 5, name[1] == "SMALL",
        name[2] == "LETTER", name[4] == "WITH"
    else { return nil }
    if let letter = namesOfLetters[name[3]] { return letter }
    let letters = name[3].unicodeScalars
    return letters.count == 1 ? letters.first?.properties.lowercaseMapping.unicodeScalars.first : nil
}

/// Those whose names are words.
private let namesOfLetters: [Substring: Unicode.Scalar] = [
    "AE": "æ", "ALPHA": "α", "EPSILON": "ε", "ETA": "η", "IOTA": "ι", "OMICRON": "ο", "RHO": "ρ", "UPSILON": "υ",
    "OMEGA": "ω",
]
