import Glibc

extension UnsafeRawBufferPointer {
    /// The offset of the first `byte` within `range`, found by `memchr`.
    @inline(__always)
    func firstOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let base = baseAddress else { return nil }
        guard let found = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// Whether the bytes of `range` are exactly `expected`.
    @inline(__always)
    func holds(_ expected: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == expected.utf8CodeUnitCount, let base = baseAddress else { return false }
        return memcmp(base + range.lowerBound, expected.utf8Start, range.count) == 0
    }

    /// Whether the bytes of `range` are `expected` in any mixture of ASCII cases.
    ///
    /// - Parameter expected: ASCII in lower case.
    @inline(__always)
    func holdsIgnoringCase(_ expected: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == expected.utf8CodeUnitCount else { return false }
        let pattern = expected.utf8Start
        for index in 0..<range.count {
            var byte = self[range.lowerBound + index]
            if byte >= 0x41 && byte <= 0x5A { byte |= 0x20 }
            if byte != pattern[index] { return false }
        }
        return true
    }

    /// The range without spaces and tabs at its ends (RFC 9110 §5.6.3, OWS).
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }
}
