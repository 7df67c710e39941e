/// One row of a result. Columns count from 0; each reader throws where the type is another or the value is NULL.
public struct Row {
    let rows: Rows
    let index: Int32

    private func required(_ column: Int, _ type: PostgresType) throws(PostgresError) -> UnsafeRawBufferPointer {
        guard let value = try rows.value(index, column, type) else { throw rows.unexpected("column \(column) is NULL") }
        return value
    }

    private func integer<Value: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, as: Value.Type
    ) throws(PostgresError) -> Value {
        guard bytes.count == Value.bitWidth / 8 else { throw rows.unexpected("\(bytes.count) bytes") }
        return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
    }

    private func time(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) -> Int64 {
        guard let value = PostgresEpoch.unix(microseconds: try integer(bytes, as: Int64.self)) else {
            throw rows.unexpected("a time out of range")
        }
        return value
    }

    /// A boolean.
    public func bool(_ column: Int) throws(PostgresError) -> Bool {
        try integer(required(column, .bool), as: UInt8.self) != 0
    }

    /// A smallint.
    public func int16(_ column: Int) throws(PostgresError) -> Int16 {
        try integer(required(column, .int2), as: Int16.self)
    }

    /// An integer.
    public func int32(_ column: Int) throws(PostgresError) -> Int32 {
        try integer(required(column, .int4), as: Int32.self)
    }

    /// An integer or NULL.
    public func optionalInt32(_ column: Int) throws(PostgresError) -> Int32? {
        guard let value = try rows.value(index, column, .int4) else { return nil }
        return try integer(value, as: Int32.self)
    }

    /// A bigint.
    public func int64(_ column: Int) throws(PostgresError) -> Int64 {
        try integer(required(column, .int8), as: Int64.self)
    }

    /// A bigint that the statement bounds, such as a count or a place in an array that was given.
    /// - Throws: where it is out of the range, so that nothing reckons with it.
    public func int64(_ column: Int, in range: ClosedRange<Int64>) throws(PostgresError) -> Int64 {
        let value = try int64(column)
        guard range.contains(value) else { throw rows.unexpected("column \(column) is out of range") }
        return value
    }

    /// A bigint or NULL.
    public func optionalInt64(_ column: Int) throws(PostgresError) -> Int64? {
        guard let value = try rows.value(index, column, .int8) else { return nil }
        return try integer(value, as: Int64.self)
    }

    /// Text.
    public func text(_ column: Int) throws(PostgresError) -> String {
        String(decoding: try required(column, .text), as: UTF8.self)
    }

    /// Text or NULL.
    public func optionalText(_ column: Int) throws(PostgresError) -> String? {
        guard let value = try rows.value(index, column, .text) else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    /// bytea.
    public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        [UInt8](try required(column, .bytea))
    }

    /// bytea or NULL.
    public func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        guard let value = try rows.value(index, column, .bytea) else { return nil }
        return [UInt8](value)
    }

    /// A uuid as its big-endian value.
    public func uuid(_ column: Int) throws(PostgresError) -> UInt128 {
        try integer(required(column, .uuid), as: UInt128.self)
    }

    /// A uuid or NULL.
    public func optionalUUID(_ column: Int) throws(PostgresError) -> UInt128? {
        guard let value = try rows.value(index, column, .uuid) else { return nil }
        return try integer(value, as: UInt128.self)
    }

    /// A tid.
    public func tid(_ column: Int) throws(PostgresError) -> TID {
        let bytes = try required(column, .tid)
        guard bytes.count == 6 else { throw rows.unexpected("\(bytes.count) bytes") }
        return TID(
            block: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)),
            offset: UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
    }

    /// A timestamptz, in microseconds since 1970; `Int64.max` and `.min` are infinity and -infinity.
    public func timestamptz(_ column: Int) throws(PostgresError) -> Int64 {
        try time(required(column, .timestamptz))
    }

    /// A timestamptz or NULL, in microseconds since 1970.
    public func optionalTimestamptz(_ column: Int) throws(PostgresError) -> Int64? {
        guard let value = try rows.value(index, column, .timestamptz) else { return nil }
        return try time(value)
    }

    /// A date, in days since 1970.
    public func date(_ column: Int) throws(PostgresError) -> Int32 {
        guard let days = PostgresEpoch.unix(days: try integer(required(column, .date), as: Int32.self)) else {
            throw rows.unexpected("column \(column) is out of range")
        }
        return days
    }

    /// A date or NULL, in days since 1970.
    public func optionalDate(_ column: Int) throws(PostgresError) -> Int32? {
        try rows.value(index, column, .date) == nil ? nil : date(column)
    }

    /// A numeric that fits 128 bits.
    public func numeric(_ column: Int) throws(PostgresError) -> Numeric {
        guard let value = Numeric(binary: try required(column, .numeric)) else {
            throw rows.unexpected("column \(column) is no number of 128 bits")
        }
        return value
    }

    /// A numeric that fits 128 bits, or NULL.
    public func optionalNumeric(_ column: Int) throws(PostgresError) -> Numeric? {
        try rows.value(index, column, .numeric) == nil ? nil : numeric(column)
    }
}
