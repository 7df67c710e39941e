import PostgresClient

extension Numeric {
    /// Nothing.
    package static let zero = Numeric(coefficient: 0, scale: 0)

    /// Plain decimal digits, such as `-0.045`; no exponent, no superfluous zeros. A JSON number as it stands.
    package var decimalText: String {
        var rest = coefficient.magnitude
        var scale = scale
        while scale > 0, rest % 10 == 0 {
            rest /= 10
            scale -= 1
        }
        // The digits of 128 bits take a generic way, ten times as long.
        var digits = UInt64(exactly: rest).map { String($0) } ?? String(rest)
        if scale > 0 {
            let missing = scale + 1 - digits.utf8.count
            if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
        }
        return coefficient < 0 ? "-" + digits : digits
    }

    /// The exact sum; nil where it does not fit 128 bits.
    package func adding(_ other: Numeric) -> Numeric? {
        guard let (left, right) = aligned(with: other) else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : Numeric(coefficient: sum, scale: max(scale, other.scale))
    }

    /// The exact product with a whole number; nil where it does not fit 128 bits.
    package func times(_ factor: Int32) -> Numeric? {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: Int128(factor))
        return overflow ? nil : Numeric(coefficient: product, scale: scale)
    }

    /// The same amount the other way.
    package var negated: Numeric { Numeric(coefficient: -coefficient, scale: scale) }

    /// Whether it is below nothing.
    package var isNegative: Bool { coefficient < 0 }

    /// Whether both are the same amount, however many zeros they are written with.
    package func isSameAmount(as other: Numeric) -> Bool {
        guard let (left, right) = aligned(with: other) else { return false }
        return left == right
    }

    /// Both coefficients at the greater scale.
    private func aligned(with other: Numeric) -> (Int128, Int128)? {
        let target = max(scale, other.scale)
        guard let left = scaled(to: target), let right = other.scaled(to: target) else { return nil }
        return (left, right)
    }

    private func scaled(to target: Int) -> Int128? {
        var value = coefficient
        for _ in scale..<max(target, scale) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
        }
        return value
    }
}
