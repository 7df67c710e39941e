/// The values of a statement's `$1`, `$2` …, in binary, in one buffer.
public struct Parameters: Sendable {
    struct Slot {
        let oid: UInt32
        let offset: Int
        /// Bytes; -1 is NULL.
        let length: Int32
    }
    private(set) var slots: [Slot] = []
    private(set) var bytes: [UInt8] = []

    /// No values yet.
    public init() {}

    private mutating func add(_ oid: UInt32, _ write: (inout [UInt8]) -> Void) {
        let offset = bytes.count
        write(&bytes)
        slots.append(Slot(oid: oid, offset: offset, length: Int32(bytes.count - offset)))
    }

    /// Adds NULL of a type.
    public mutating func append(null type: PostgresType) {
        slots.append(Slot(oid: type.rawValue, offset: bytes.count, length: -1))
    }

    /// Adds a boolean.
    public mutating func append(_ value: Bool) {
        add(PostgresType.bool.rawValue) { $0.append(value ? 1 : 0) }
    }

    /// Adds an integer.
    public mutating func append(_ value: Int32) {
        add(PostgresType.int4.rawValue) { $0.append(bigEndian: value) }
    }

    /// Adds a bigint.
    public mutating func append(_ value: Int64) {
        add(PostgresType.int8.rawValue) { $0.append(bigEndian: value) }
    }

    /// Adds text; must hold no NUL character. nil is NULL.
    public mutating func append(_ value: String?) {
        guard let value else { return append(null: .text) }
        add(PostgresType.text.rawValue) { $0.append(contentsOf: value.utf8) }
    }

    /// Adds bytea. nil is NULL.
    public mutating func append(bytes value: [UInt8]?) {
        guard let value else { return append(null: .bytea) }
        add(PostgresType.bytea.rawValue) { $0.append(contentsOf: value) }
    }

    /// Adds a uuid from its big-endian value. nil is NULL.
    public mutating func append(uuid value: UInt128?) {
        guard let value else { return append(null: .uuid) }
        add(PostgresType.uuid.rawValue) { $0.append(bigEndian: value) }
    }

    /// Adds a timestamptz, in microseconds since 1970; `Int64.max` and `.min` are ±infinity. nil is NULL.
    public mutating func append(timestamptz microseconds: Int64?) {
        guard let microseconds else { return append(null: .timestamptz) }
        add(PostgresType.timestamptz.rawValue) { $0.append(bigEndian: PostgresEpoch.wire(microseconds: microseconds)) }
    }

    /// Adds a date, in days since 1970.
    public mutating func append(date days: Int32) {
        add(PostgresType.date.rawValue) { $0.append(bigEndian: PostgresEpoch.wire(days: days)) }
    }

    /// Adds a numeric. nil is NULL.
    public mutating func append(_ value: Numeric?) {
        guard let value else { return append(null: .numeric) }
        add(PostgresType.numeric.rawValue) { value.append(to: &$0) }
    }

    /// Adds an interval, as microseconds. nil is NULL.
    public mutating func append(interval value: Duration?) {
        guard let value else { return append(null: .interval) }
        let (seconds, attoseconds) = value.components
        add(PostgresType.interval.rawValue) {
            $0.append(bigEndian: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
            $0.append(bigEndian: Int64(0))  // days and months
        }
    }

    /// Adds NULL of an array of a type.
    public mutating func append(nullArrayOf type: PostgresType) {
        slots.append(Slot(oid: type.arrayOID, offset: bytes.count, length: -1))
    }

    /// Adds an array.
    public mutating func append(_ array: ArrayParameter) {
        add(array.type.arrayOID) {
            guard array.count > 0 else {
                // No elements: no dimension at all, or Postgres refuses it.
                $0.append(bigEndian: Int32(0))
                $0.append(bigEndian: Int32(0))
                $0.append(bigEndian: array.type.rawValue)
                return
            }
            $0.append(bigEndian: Int32(1))
            $0.append(bigEndian: Int32(array.hasNull ? 1 : 0))
            $0.append(bigEndian: array.type.rawValue)
            $0.append(bigEndian: array.count)
            $0.append(bigEndian: Int32(1))
            $0.append(contentsOf: array.bytes)
        }
    }

    /// Adds a text array; none of the texts may hold a NUL character.
    public mutating func append(texts: some Sequence<String>) { append(ArrayParameter(texts: texts)) }
}
