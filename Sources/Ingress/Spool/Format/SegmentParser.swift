/// Reads a segment from its front, window by window, without touching a file: what stands at the start of the window?
///
/// Whatever bytes it is given, every byte is accounted for once, as part of the header, of a record, or of what could
/// not be read.
struct SegmentParser {
    /// What the window begins with.
    enum Step: Equatable {
        /// The window must hold at least this many bytes to tell.
        case more(Int)
        /// The header, of ``SegmentFormat/headerBytes`` bytes; not sound where it was damaged, but the records can be
        /// read all the same.
        case header(isSound: Bool)
        /// A whole record of this many bytes, its payload after the first ``SegmentFormat/prefixBytes``.
        case record(Int)
        /// This many bytes in which no record can be found, although records were written there.
        case damaged(Int)
        /// This many zeros: if only zeros follow, they are room that was never written.
        case zeros(Int)
        /// The rest, this many bytes: a record that was cut off.
        case torn(Int)
        /// Nothing more.
        case end
    }

    private var marker: UInt64?

    /// Looks at the window; the caller removes what the step says from its front.
    ///
    /// - Parameter isLast: Nothing follows the window.
    mutating func step(_ window: UnsafeRawBufferPointer, isLast: Bool) -> Step {
        guard let marker else { return header(window, isLast: isLast) }
        if window.isEmpty { return isLast ? .end : .more(1) }
        switch Self.record(in: window, at: 0, marker: marker) {
        case .whole(let count): return .record(count)
        case .cutOff(let needed): return isLast ? .torn(window.count) : .more(needed)
        case .none:
            return isLast || window.count > Self.searchedMin
                ? skip(window, marker, isLast) : .more(Self.searchedMin + 1)
        }
    }

    /// Below this many bytes the next record is not searched for until more have come.
    private static let searchedMin = SegmentFormat.prefixBytes

    private mutating func header(_ window: UnsafeRawBufferPointer, isLast: Bool) -> Step {
        let start = SegmentFormat.headerBytes
        guard window.count >= start + 8 || isLast else { return .more(start + 8) }
        guard window.count >= start else {
            marker = 0
            return window.isEmpty ? .end : .torn(window.count)
        }
        let named: UInt64 = window.bigEndian(at: 8)
        let isOurs = window[..<8].elementsEqual(SegmentFormat.magic)
        let first: UInt64 = window.count >= start + 8 ? window.bigEndian(at: start) : named
        if !isOurs || first != named {
            // The first record stands where it must and proves its own marker.
            switch Self.record(in: window, at: start, marker: first) {
            case .whole:
                marker = first
                return .header(isSound: false)
            case .cutOff(let needed) where !isLast: return .more(start + needed)
            case .cutOff, .none: break
            }
        }
        marker = named
        return .header(isSound: isOurs)
    }

    private enum Found {
        case whole(Int)
        /// Runs past the window; this many bytes would do.
        case cutOff(Int)
        case none
    }

    private static func record(in window: UnsafeRawBufferPointer, at offset: Int, marker: UInt64) -> Found {
        let rest = UnsafeRawBufferPointer(rebasing: window[offset...])
        if rest.count >= 8, rest.bigEndian(at: 0) != marker { return .none }
        guard rest.count >= SegmentFormat.prefixCoveredBytes else {
            // Too short to tell anything else; zeros are told by the caller.
            return rest.count < 8 && rest.allSatisfy { $0 == 0 } ? .none : .cutOff(SegmentFormat.prefixBytes)
        }
        let length: UInt32 = rest.bigEndian(at: 8)
        guard rest.bigEndian(at: 12) == ~length, length <= SegmentFormat.payloadBytesMax else { return .none }
        let count = SegmentFormat.prefixBytes + Int(length)
        guard rest.count >= count else { return .cutOff(count) }
        let record = UnsafeRawBufferPointer(rebasing: rest[..<count])
        let written = record[SegmentFormat.prefixCoveredBytes..<SegmentFormat.prefixBytes]
        return SegmentFormat.checksum(record).elementsEqual(written) ? .whole(count) : .none
    }

    /// Up to the next place at which a record may begin.
    private func skip(_ window: UnsafeRawBufferPointer, _ marker: UInt64, _ isLast: Bool) -> Step {
        let zeros = window.prefix { $0 == 0 }.count
        if zeros == window.count { return .zeros(zeros) }
        let front = UInt8(truncatingIfNeeded: marker >> 56)
        var offset = 1
        while offset + 8 <= window.count {
            if window[offset] == front, window.bigEndian(at: offset) == marker { return .damaged(offset) }
            offset += 1
        }
        // The next marker may have begun in the last seven bytes.
        return .damaged(isLast ? window.count : offset)
    }
}
