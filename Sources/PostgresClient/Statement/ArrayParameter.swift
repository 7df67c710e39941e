/// A one-dimensional array in Postgres's binary form, grown value by value: a column of a batch for `unnest`.
///
/// The values must be of the type given at the start; the server refuses the statement otherwise.
public struct ArrayParameter: Sendable {
    /// The type of the elements.
    public let type: PostgresType
    /// Number of elements so far.
    public private(set) var count: Int32 = 0
    private(set) var bytes: [UInt8] = []
    private(set) var hasNull = false

    /// An empty array; `capacity` in bytes spares growing.
    public init(_ type: PostgresType, capacity: Int = 0) {
        self.type = type
        bytes.reserveCapacity(capacity)
    }

    /// These as a text array; none may hold a NUL character.
    public init(texts: some Sequence<String>) {
        self.init(.text)
        for text in texts { append(text) }
    }

    /// Empties the array and keeps its memory.
    public mutating func removeAll() {
        count = 0
        hasNull = false
        bytes.removeAll(keepingCapacity: true)
    }

    /// Appends NULL.
    public mutating func appendNull() {
        bytes.append(bigEndian: Int32(-1))
        hasNull = true
        count += 1
    }

    /// Appends a boolean.
    public mutating func append(_ value: Bool) {
        bytes.append(bigEndian: Int32(1))
        bytes.append(value ? 1 : 0)
        count += 1
    }

    /// Appends a smallint, integer or bigint, by its width.
    public mutating func append<Value: FixedWidthInteger & SignedInteger>(_ value: Value) {
        bytes.append(bigEndian: Int32(Value.bitWidth / 8))
        bytes.append(bigEndian: value)
        count += 1
    }

    /// Appends text; must hold no NUL character.
    public mutating func append(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            bytes.append(bigEndian: Int32(utf8.count))
            bytes.append(contentsOf: utf8)
        }
        count += 1
    }

    /// Appends text, or NULL for nil.
    public mutating func append(optional value: String?) {
        if let value { append(value) } else { appendNull() }
    }

    /// Appends bytea; for an array, the usual case, without looking up what kind of collection it is.
    public mutating func append(bytes value: [UInt8]) {
        bytes.append(bigEndian: Int32(value.count))
        bytes.append(contentsOf: value)
        count += 1
    }

    /// Appends bytea.
    public mutating func append(bytes value: some Collection<UInt8>) {
        bytes.append(bigEndian: Int32(value.count))
        bytes.append(contentsOf: value)
        count += 1
    }

    /// Appends a uuid from its big-endian value.
    public mutating func append(uuid value: UInt128) {
        bytes.append(bigEndian: Int32(16))
        bytes.append(bigEndian: value)
        count += 1
    }

    /// Appends a tid.
    public mutating func append(_ value: TID) {
        bytes.append(bigEndian: Int32(6))
        bytes.append(bigEndian: value.block)
        bytes.append(bigEndian: value.offset)
        count += 1
    }

    /// Appends a numeric.
    public mutating func append(_ value: Numeric) {
        let offset = bytes.count
        bytes.append(bigEndian: Int32(0))
        value.append(to: &bytes)
        bytes.replace(at: offset, bigEndian: Int32(bytes.count - offset - 4))
        count += 1
    }

    /// Appends a timestamptz, or a timestamp as if it were UTC, in microseconds since 1970.
    public mutating func append(microseconds value: Int64) {
        append(PostgresEpoch.wire(microseconds: value))
    }

    /// Appends a date, in days since 1970.
    public mutating func append(days value: Int32) {
        append(PostgresEpoch.wire(days: value))
    }

    /// Appends the value, or NULL for nil.
    ///
    /// Inlinable, because other modules call it for each value of a batch, where a generic call would look its types
    /// up.
    @inlinable
    public mutating func append<Value>(optional value: Value?, _ append: (inout ArrayParameter, Value) -> Void) {
        if let value { append(&self, value) } else { appendNull() }
    }
}
