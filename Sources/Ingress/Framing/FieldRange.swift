/// Where a part of a request head lies, counted from the head's first byte.
///
/// 16 bits suffice: a head is at most `headBytesMax` long, which is at most 65 535.
struct FieldRange: Equatable {
    /// The offset of the first byte.
    var start: UInt16
    /// The number of bytes; may be 0.
    var count: UInt16

    init(_ range: Range<Int>) {
        start = UInt16(truncatingIfNeeded: range.lowerBound)
        count = UInt16(truncatingIfNeeded: range.count)
    }

    /// The same range as offsets.
    var offsets: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}
