/// The most scalars of a message that are looked at: a signature or a row of emoji behind the word is no reason to miss
/// it, and a hostile text is not walked through to its end.
private let messageScalarsMax = 1_024

/// A word as it is compared: its letters and digits in lower case and ordinary width, Latin ones without accents;
/// everything else (white space, punctuation, symbols, emoji, marks of accent and of writing direction) is dropped. nil
/// where nothing is left or too much.
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

/// Letters and digits, and the marks that are vowels in scripts of South and South-East Asia.
private func isKept(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber, .spacingMark: true
    // From Devanagari to Myanmar, and Khmer; elsewhere they are accents, points and variants.
    case .nonspacingMark: 0x0900...0x109F ~= scalar.value || 0x1780...0x17FF ~= scalar.value
    default: false
    }
}

private func withoutAccent(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "à", "á", "â", "ã", "ä", "å", "ā", "ă", "ą": "a"
    case "ç", "ć", "č": "c"
    case "ď", "đ": "d"
    case "è", "é", "ê", "ë", "ē", "ė", "ę", "ě": "e"
    case "ğ": "g"
    case "ì", "í", "î", "ï", "ī", "į", "ı": "i"
    case "ľ", "ł": "l"
    case "ñ", "ń", "ň": "n"
    case "ò", "ó", "ô", "õ", "ö", "ø", "ō", "ő": "o"
    case "ř": "r"
    case "ś", "š", "ş", "ș": "s"
    case "ť", "ţ", "ț": "t"
    case "ù", "ú", "û", "ü", "ū", "ů", "ű": "u"
    case "ý", "ÿ": "y"
    case "ź", "ż", "ž": "z"
    default: scalar
    }
}
