extension [UInt8] {
    /// Appends an integer in network byte order.
    @inline(__always)
    mutating func append<Value: FixedWidthInteger>(bigEndian value: Value) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Overwrites the bytes at an offset with an integer in network byte order.
    mutating func replace(at offset: Int, bigEndian value: Int32) {
        Swift.withUnsafeBytes(of: value.bigEndian) { source in
            for index in 0..<4 { self[offset + index] = source[index] }
        }
    }
}

/// Postgres counts time from 2000-01-01, we from 1970-01-01 (PostgreSQL manual, section 8.5). The highest and the
/// lowest number are `infinity` and `-infinity` on both sides.
enum PostgresEpoch {
    private static let microseconds: Int64 = 946_684_800_000_000
    private static let days: Int32 = 10_957

    /// Microseconds since 2000; what lies before Postgres's first year stays there, for the server to refuse.
    static func wire(microseconds value: Int64) -> Int64 { shift(value, by: -microseconds) ?? .min + 1 }
    /// Days since 2000, likewise.
    static func wire(days value: Int32) -> Int32 { shift(value, by: -days) ?? .min + 1 }
    /// Microseconds since 1970; nil where 64 bits cannot hold them.
    static func unix(microseconds value: Int64) -> Int64? { shift(value, by: microseconds) }
    /// Days since 1970; nil where 32 bits cannot hold them.
    static func unix(days value: Int32) -> Int32? { shift(value, by: days) }

    private static func shift<Value: FixedWidthInteger>(_ value: Value, by distance: Value) -> Value? {
        if value == .max || value == .min { return value }
        let (sum, overflow) = value.addingReportingOverflow(distance)
        return overflow ? nil : sum
    }
}
