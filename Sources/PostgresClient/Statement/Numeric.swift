/// A decimal number as Postgres's `numeric` holds it: `coefficient / 10^scale`.
public struct Numeric: Hashable, Sendable {
    /// The digits without the point; negative for a negative number.
    public let coefficient: Int128
    /// Digits after the point, 0...30.
    public let scale: Int

    /// Makes a number.
    public init(coefficient: Int128, scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    /// Appends numeric's binary form: base-10000 digits, weight of the first, sign, display scale
    /// (PostgreSQL source, `numeric_send` in src/backend/utils/adt/numeric.c).
    func append(to bytes: inout [UInt8]) {
        // The digits of base 10000, the last first.
        var digits = InlineArray<11, UInt16>(repeating: 0)
        // Most amounts fit 64 bits, which the processor divides by itself.
        let count =
            if let small = UInt64(exactly: coefficient.magnitude) {
                Self.divide(small, scale: scale, into: &digits)
            } else {
                Self.divide(coefficient.magnitude, scale: scale, into: &digits)
            }
        var trailing = 0
        while trailing < count, digits[trailing] == 0 { trailing += 1 }
        let weight = trailing == count ? 0 : count - (scale + 3) / 4 - 1
        bytes.append(bigEndian: UInt16(count - trailing))
        bytes.append(bigEndian: UInt16(bitPattern: Int16(weight)))
        bytes.append(bigEndian: UInt16(coefficient < 0 ? 0x4000 : 0))
        bytes.append(bigEndian: UInt16(scale))
        for index in (trailing..<count).reversed() { bytes.append(bigEndian: digits[index]) }
    }

    /// Splits a magnitude into digits of base 10000, the last first, the fraction filled up to whole ones.
    ///
    /// - Returns: how many there are: eleven at most, of 39 decimal ones.
    private static func divide<Magnitude: FixedWidthInteger & UnsignedInteger>(
        _ magnitude: Magnitude, scale: Int, into digits: inout InlineArray<11, UInt16>
    ) -> Int {
        var rest = magnitude
        var count = 0
        if scale % 4 > 0 {
            // The point falls between two base-10000 digits: the last one is filled up with zeros.
            let unit: Magnitude =
                switch scale % 4 {
                case 1: 10
                case 2: 100
                default: 1_000
                }
            digits[count] = UInt16(rest % unit * (10_000 / unit))
            count += 1
            rest /= unit
        }
        while rest > 0 {
            digits[count] = UInt16(rest % 10_000)
            count += 1
            rest /= 10_000
        }
        return count
    }

    /// Reads numeric's binary form; nil for NaN, infinities and what does not fit 128 bits.
    init?(binary: UnsafeRawBufferPointer) {
        guard binary.count >= 8 else { return nil }
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: binary.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        }
        let count = Int(word(0))
        let weight = Int(Int16(bitPattern: word(1)))
        let sign = word(2)
        let scale = Int(word(3))
        guard sign == 0 || sign == 0x4000, scale <= 30, binary.count == 8 + count * 2 else { return nil }
        // Value = sum of digit[i] * 10000^(weight - i), wanted as an integer times 10^-scale.
        var coefficient: Int128 = 0
        var exponent = (weight + 1) * 4 + scale
        for index in 0..<count {
            exponent -= 4
            // A zero never overflows: however far it stands before the point, it is not multiplied out.
            guard word(4 + index) != 0 else { continue }
            // Signed from the start: the lowest Int128 has no positive counterpart.
            var digit = sign == 0 ? Int128(word(4 + index)) : -Int128(word(4 + index))
            if exponent < 0 {
                // Digits after the display scale are zero by construction.
                for _ in 0..<min(-exponent, 4) { digit /= 10 }
                let (sum, overflow) = coefficient.addingReportingOverflow(digit)
                if overflow { return nil }
                coefficient = sum
                continue
            }
            for _ in 0..<exponent {
                let (product, overflow) = digit.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                digit = product
            }
            let (sum, overflow) = coefficient.addingReportingOverflow(digit)
            if overflow { return nil }
            coefficient = sum
        }
        self.init(coefficient: coefficient, scale: scale)
    }
}
