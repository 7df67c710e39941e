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

/// Postgres counts time from 2000-01-01, we from 1970-01-01 (PostgreSQL manual, section 8.5).
enum PostgresEpoch {
    static let microseconds: Int64 = 946_684_800_000_000
    static let days: Int32 = 10_957
}
