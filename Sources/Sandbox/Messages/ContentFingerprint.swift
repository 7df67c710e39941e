/// 64 bits that represent a text where the text itself must not be kept: FNV-1a.
///
/// Good enough to count copies. It hides nothing from somebody who can guess the text.
package struct ContentFingerprint: Hashable, Sendable, CustomStringConvertible {
    /// The bits.
    package let rawValue: UInt64

    /// Of a text's UTF-8.
    package init(_ text: some StringProtocol) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        rawValue = hash
    }

    /// 16 hexadecimal digits, lower case.
    package var description: String { hexadecimal(rawValue) }
}

/// 16 hexadecimal digits, lower case.
func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
