/// An exact decimal amount, 0 or more, of a currency named elsewhere.
///
/// Equal values are equal however they were written: `0.0450` is `0.045`. At most 28 significant digits, of which at
/// most 18 stand after the point. (Providers quote prices with up to 10: providers.md, section 1.6.)
package struct Amount: Hashable, Sendable {
    /// The digits without the point; not divisible by 10 while ``scale`` is above 0.
    package let coefficient: Int128
    /// How many of the digits stand after the point: 0...18, as few as the value allows.
    package let scale: Int

    /// The most significant digits an amount may have.
    package static let digitsMax = 28
    /// The most digits an amount may have after the point.
    package static let scaleMax = 18
    /// The longest text that is read, in bytes; only superfluous zeros can make a valid one longer.
    package static let textBytesMax = 64
}

extension Amount: Comparable {
    /// Order of the values.
    package static func < (left: Self, right: Self) -> Bool {
        // Integers first: bringing 28 digits to 18 more after the point would overflow 128 bits.
        let (leftWhole, leftRest) = left.parts
        let (rightWhole, rightRest) = right.parts
        return leftWhole == rightWhole ? leftRest < rightRest : leftWhole < rightWhole
    }

    /// The whole part, and what is after the point in units of 10^-18.
    private var parts: (whole: Int128, rest: Int128) {
        let (whole, rest) = coefficient.quotientAndRemainder(dividingBy: powerOfTen(scale))
        return (whole, rest * powerOfTen(Amount.scaleMax - scale))
    }
}

extension Amount: CustomStringConvertible, LosslessStringConvertible {
    /// Plain decimal digits, e.g. `0.045`; no exponent, no superfluous zeros.
    package var description: String {
        guard scale > 0 else { return String(coefficient) }
        let (whole, rest) = coefficient.quotientAndRemainder(dividingBy: powerOfTen(scale))
        let digits = String(rest)
        return String(whole) + "." + String(repeating: "0", count: scale - digits.utf8.count) + digits
    }

    /// Reads a decimal number: ASCII digits with at most one point, at least one digit, optionally a leading `+`.
    ///
    /// nil for every other form (exponent, comma, white space, a minus sign, `NaN`), for a text above
    /// ``textBytesMax``, and for a value that needs more than ``digitsMax`` digits or more than ``scaleMax`` after the
    /// point: an amount is never rounded.
    package init?(_ decimalText: some StringProtocol) {
        var coefficient: Int128 = 0
        var (significant, scale, zerosHeldBack, position) = (0, 0, 0, 0)
        var (sawDigit, sawPoint) = (false, false)
        for byte in decimalText.utf8 {
            position += 1
            guard position <= Amount.textBytesMax else { return nil }
            if byte == 0x2B, position == 1 { continue }
            if byte == 0x2E, !sawPoint {
                sawPoint = true
                continue
            }
            guard let digit = decimalDigit(byte) else { return nil }
            sawDigit = true
            if digit == 0, sawPoint {
                zerosHeldBack += 1  // counts only if another digit follows
                continue
            }
            let digits = zerosHeldBack + 1
            if significant > 0 || digit > 0 { significant += significant > 0 ? digits : 1 }
            if sawPoint { scale += digits }
            guard significant <= Amount.digitsMax, scale <= Amount.scaleMax else { return nil }
            coefficient = coefficient * powerOfTen(digits) + Int128(digit)
            zerosHeldBack = 0
        }
        guard sawDigit else { return nil }
        self.coefficient = coefficient
        self.scale = scale
    }
}

/// 10 to the power of `exponent`, 0...38.
private func powerOfTen(_ exponent: Int) -> Int128 {
    var power: Int128 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
}
