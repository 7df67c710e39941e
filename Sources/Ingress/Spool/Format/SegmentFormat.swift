import Crypto

/// How the bytes of a spool's segment are laid out. Numbers are big-endian.
///
///     segment  "PRSPOOL1" · marker (8) · record…
///     record   marker (8) · length (4) · ~length (4) · checksum (16) · payload (length)
///
/// The marker is drawn at random for each segment: by it the next record after damage is found, and nobody who sends us
/// a body can forge one inside it. The length is stored twice, so that a damaged length is not taken for a record that
/// was cut off. The checksum is the front of SHA-256 over all of the record but itself.
enum SegmentFormat {
    /// What a segment begins with; another layout gets another.
    static let magic = Array("PRSPOOL1".utf8)
    /// Bytes before the first record.
    static let headerBytes = 16
    /// Bytes of a record before its payload.
    static let prefixBytes = 32
    /// Bytes of the prefix that the checksum covers.
    static let prefixCoveredBytes = 16
    /// The longest payload: the largest body that can be set, 16 MiB, and a head.
    static let payloadBytesMax = 17 << 20

    /// Appends what a segment begins with.
    static func appendHeader(marker: UInt64, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: magic)
        bytes.append(bigEndian: marker)
    }

    /// Appends a record; `payload` appends the bytes it is to hold.
    static func appendRecord(marker: UInt64, to bytes: inout [UInt8], _ payload: (inout [UInt8]) -> Void) {
        let start = bytes.count
        bytes.append(bigEndian: marker)
        bytes.append(contentsOf: repeatElement(0, count: prefixBytes - 8))
        payload(&bytes)
        let length = UInt32(bytes.count - start - prefixBytes)
        bytes.replace(at: start + 8, bigEndian: length)
        bytes.replace(at: start + 12, bigEndian: ~length)
        let sum = bytes.withUnsafeBytes { checksum(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        for (index, byte) in sum.enumerated() { bytes[start + prefixCoveredBytes + index] = byte }
    }

    /// The checksum of a whole record.
    static func checksum(_ record: UnsafeRawBufferPointer) -> ArraySlice<UInt8> {
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: record[..<prefixCoveredBytes]))
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: record[prefixBytes...]))
        return Array(hash.finalize())[..<(prefixBytes - prefixCoveredBytes)]
    }
}

extension [UInt8] {
    /// Appends an integer in network byte order.
    mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Overwrites the bytes at an offset with an integer in network byte order.
    fileprivate mutating func replace(at offset: Int, bigEndian value: UInt32) {
        Swift.withUnsafeBytes(of: value.bigEndian) { source in
            for index in 0..<source.count { self[offset + index] = source[index] }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The integer in network byte order at an offset, which must lie within with all its bytes.
    func bigEndian<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type = Value.self) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}
