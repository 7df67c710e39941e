extension PhoneNumber {
    /// Reads a number as people write it, where no default region is known (Onoff's fields).
    ///
    /// - Separators (spaces, `-`, `.`, `/`, brackets, hyphens of other shapes) and marks of writing direction are
    ///   dropped; full-width and Arabic-Indic digits become ASCII ones.
    /// - `+…` is kept, `00…` becomes `+…`, digits alone that do not start with 0 get a `+`.
    /// - A bracketed trunk zero after the country code, `+44 (0)20 …`, is dropped; not in numbering plans where the
    ///   zero belongs to the number.
    /// - nil: national numbers (`0…`, so also `011…`), extensions, letters, lists, a second `+`, short codes, texts
    ///   above ``lenientTextScalarsMax``.
    ///
    /// Source: providers.md, section 5.
    package init?(lenient text: some StringProtocol) {
        guard let digits = writtenDigits(text, needsPrefix: false) else { return nil }
        self.init(digits)
    }

    /// The longest text that is read as a number, in Unicode scalars.
    package static let lenientTextScalarsMax = 64
}

/// The digits of a number as people write it; with `needsPrefix`, only where `+` or `00` says that the country code is
/// there.
func writtenDigits(_ text: some StringProtocol, needsPrefix: Bool) -> InternationalDigits? {
    guard var bytes = cleaned(text) else { return nil }
    var international = true
    if bytes.first == plus {
        bytes.removeFirst()
    } else if bytes.starts(with: [zero, zero]) {
        bytes.removeFirst(2)
    } else {
        international = false
    }
    guard international || !needsPrefix, let kept = withoutTrunkZero(bytes, international: international) else {
        return nil
    }
    return InternationalDigits(kept.makeIterator())
}

private let plus: UInt8 = 0x2B
private let zero: UInt8 = 0x30
/// Stands for `(0)` between cleaning and the decision on it; no input byte becomes it.
private let bracketedZero: UInt8 = 0xFF

/// Country codes whose numbers keep a leading zero: Italy and Vatican, Côte d'Ivoire, Congo (libphonenumber's
/// `italian_leading_zero`).
private let zeroKeepingCodes: [[UInt8]] = [Array("39".utf8), Array("225".utf8), Array("242".utf8)]

/// Drops `(0)`, or keeps its zero where the plan wants it; nil if there are two, or one without a country code.
private func withoutTrunkZero(_ bytes: [UInt8], international: Bool) -> [UInt8]? {
    guard let position = bytes.firstIndex(of: bracketedZero) else { return bytes }
    guard international, 1...3 ~= position else { return nil }
    var kept = bytes
    if zeroKeepingCodes.contains(Array(bytes[..<position])) {
        kept[position] = zero
    } else {
        kept.remove(at: position)
    }
    return kept
}

/// ASCII digits and `+` only, `(0)` as one mark; nil if there is anything that no number contains.
private func cleaned(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var scalars = 0
    var bracket = 0  // how far `(0)` has been seen: 1 after "(", 2 after "(0"
    for scalar in text.unicodeScalars {
        scalars += 1
        guard scalars <= PhoneNumber.lenientTextScalarsMax else { return nil }
        if bracket == 2, scalar == ")" || scalar == "\u{FF09}" {
            bytes[bytes.count - 1] = bracketedZero
            bracket = 0
            continue
        }
        if scalar == "(" || scalar == "\u{FF08}" {
            bracket = 1
        } else if let digit = digitValue(scalar) {
            bracket = bracket == 1 && digit == 0 ? 2 : 0
            bytes.append(zero + digit)
        } else if scalar == "+" || scalar == "\u{FF0B}" {
            bracket = 0
            bytes.append(plus)
        } else {
            guard isSeparator(scalar) else { return nil }
        }
    }
    return bytes
}

/// The digit of ASCII, full-width, Arabic-Indic and extended Arabic-Indic figures.
private func digitValue(_ scalar: Unicode.Scalar) -> UInt8? {
    for first in [0x30, 0xFF10, 0x0660, 0x06F0] as [UInt32] where first...first + 9 ~= scalar.value {
        return UInt8(scalar.value - first)
    }
    return nil
}

private func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20, 0x09, 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true  // spaces
    case 0x2D, 0x2010...0x2015, 0x2212, 0xFF0D: true  // hyphens and dashes
    case 0x2E, 0x2F, 0x29, 0xFF09: true  // . / )
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // marks of writing direction
    default: false
    }
}
