import CLibpq

/// One row of a result, read column by column in the order of the SELECT list. Each reader takes the next column, and
/// throws where there is none, the type is another or the value is NULL. Whoever hands a row out checks that all of it
/// was read, so that a list and its decoder cannot drift apart.
///
/// Not copied, because each copy would count a reference: a third of what it takes to decode a row.
public struct Row: ~Copyable {
    private let rows: Rows
    /// As ``rows`` has them, to be read without counting.
    private let result: OpaquePointer
    private let types: UnsafeBufferPointer<UInt32>
    private let index: Int32
    /// The next column, from 0.
    private var column = 0

    init(rows: Rows, index: Int) {
        self.rows = rows
        result = rows.result
        types = rows.types
        self.index = Int32(index)
    }

    /// Passes over columns that repeat what an earlier row of a join told.
    public mutating func skip(_ count: Int) { column += count }

    /// Passes over all that is left, such as the NULLs of an outer join that found nothing.
    public mutating func skipRest() { column = types.count }

    /// - Throws: where a column was left, or more were passed over than there are.
    func end() throws(PostgresError) {
        guard column == types.count else {
            throw rows.unexpected("\(column) of \(types.count) columns were read")
        }
    }

    /// What to throw where the column that was read last is not what it should be.
    public func unexpected(_ problem: String) -> PostgresError { rows.unexpected("column \(column - 1) \(problem)") }

    /// The bytes of the next value; nil for NULL. Valid while the rows live.
    private mutating func next(_ type: PostgresType) throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard column < types.count else { throw rows.unexpected("no column \(column)") }
        guard types[column] == type.rawValue else {
            throw rows.unexpected("column \(column) has type \(types[column]), not \(type)")
        }
        let place = Int32(column)
        column += 1
        // NULL has no length; to ask only then saves a call for most values.
        let count = Int(PQgetlength(result, index, place))
        if count == 0, PQgetisnull(result, index, place) == 1 { return nil }
        return UnsafeRawBufferPointer(start: PQgetvalue(result, index, place), count: count)
    }

    private mutating func required(_ type: PostgresType) throws(PostgresError) -> UnsafeRawBufferPointer {
        guard let value = try next(type) else { throw unexpected("is NULL") }
        return value
    }

    private func integer<Value: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, as: Value.Type
    ) throws(PostgresError) -> Value {
        guard bytes.count == Value.bitWidth / 8 else { throw unexpected("has \(bytes.count) bytes") }
        return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
    }

    private func time(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) -> Int64 {
        guard let value = PostgresEpoch.unix(microseconds: try integer(bytes, as: Int64.self)) else {
            throw unexpected("is a time out of range")
        }
        return value
    }

    private func days(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) -> Int32 {
        guard let days = PostgresEpoch.unix(days: try integer(bytes, as: Int32.self)) else {
            throw unexpected("is out of range")
        }
        return days
    }

    private func number(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) -> Numeric {
        guard let value = Numeric(binary: bytes) else { throw unexpected("is no number of 128 bits") }
        return value
    }

    /// A boolean.
    public mutating func bool() throws(PostgresError) -> Bool {
        try integer(required(.bool), as: UInt8.self) != 0
    }

    /// A smallint.
    public mutating func int16() throws(PostgresError) -> Int16 {
        try integer(required(.int2), as: Int16.self)
    }

    /// An integer.
    public mutating func int32() throws(PostgresError) -> Int32 {
        try integer(required(.int4), as: Int32.self)
    }

    /// An integer or NULL.
    public mutating func optionalInt32() throws(PostgresError) -> Int32? {
        guard let value = try next(.int4) else { return nil }
        return try integer(value, as: Int32.self)
    }

    /// A bigint.
    public mutating func int64() throws(PostgresError) -> Int64 {
        try integer(required(.int8), as: Int64.self)
    }

    /// A bigint that the statement bounds, such as a count or a place in an array that was given.
    /// - Throws: where it is out of the range, so that nothing reckons with it.
    public mutating func int64(in range: ClosedRange<Int64>) throws(PostgresError) -> Int64 {
        let value = try int64()
        guard range.contains(value) else { throw unexpected("is out of range") }
        return value
    }

    /// A bigint or NULL.
    public mutating func optionalInt64() throws(PostgresError) -> Int64? {
        guard let value = try next(.int8) else { return nil }
        return try integer(value, as: Int64.self)
    }

    /// Text.
    public mutating func text() throws(PostgresError) -> String {
        String(decoding: try required(.text), as: UTF8.self)
    }

    /// Text or NULL.
    public mutating func optionalText() throws(PostgresError) -> String? {
        guard let value = try next(.text) else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    /// bytea.
    public mutating func bytes() throws(PostgresError) -> [UInt8] {
        [UInt8](try required(.bytea))
    }

    /// bytea or NULL.
    public mutating func optionalBytes() throws(PostgresError) -> [UInt8]? {
        guard let value = try next(.bytea) else { return nil }
        return [UInt8](value)
    }

    /// A uuid as its big-endian value.
    public mutating func uuid() throws(PostgresError) -> UInt128 {
        try integer(required(.uuid), as: UInt128.self)
    }

    /// A uuid or NULL.
    public mutating func optionalUUID() throws(PostgresError) -> UInt128? {
        guard let value = try next(.uuid) else { return nil }
        return try integer(value, as: UInt128.self)
    }

    /// A tid.
    public mutating func tid() throws(PostgresError) -> TID {
        let bytes = try required(.tid)
        guard bytes.count == 6 else { throw unexpected("has \(bytes.count) bytes") }
        return TID(
            block: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)),
            offset: UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
    }

    /// A timestamptz, in microseconds since 1970; `Int64.max` and `.min` are infinity and -infinity.
    public mutating func timestamptz() throws(PostgresError) -> Int64 {
        try time(required(.timestamptz))
    }

    /// A timestamptz or NULL, in microseconds since 1970.
    public mutating func optionalTimestamptz() throws(PostgresError) -> Int64? {
        guard let value = try next(.timestamptz) else { return nil }
        return try time(value)
    }

    /// A date, in days since 1970.
    public mutating func date() throws(PostgresError) -> Int32 {
        try days(required(.date))
    }

    /// A date or NULL, in days since 1970.
    public mutating func optionalDate() throws(PostgresError) -> Int32? {
        guard let value = try next(.date) else { return nil }
        return try days(value)
    }

    /// A numeric that fits 128 bits.
    public mutating func numeric() throws(PostgresError) -> Numeric {
        try number(required(.numeric))
    }

    /// A numeric that fits 128 bits, or NULL.
    public mutating func optionalNumeric() throws(PostgresError) -> Numeric? {
        guard let value = try next(.numeric) else { return nil }
        return try number(value)
    }
}
