/// A field's name as one number: at most 15 bytes after a leading 1, so that comparing two is one instruction.
///
/// The leading 1 keeps `"\0phone"` apart from `"phone"`. A longer name packs to 0, which no field of ours has.
struct PackedName: Equatable, Sendable {
    private var packed: UInt128 = 1

    init() {}

    /// Packs a name as it stands.
    init(_ name: some Sequence<UInt8>) {
        for byte in name { append(byte) }
    }

    /// Whether the name was too long to be any field's.
    var overflowed: Bool { packed == 0 }

    /// Adds one decoded byte.
    mutating func append(_ byte: UInt8) {
        packed = packed >> 120 == 0 && packed != 0 ? packed << 8 | UInt128(byte) : 0
    }

    /// Adds one decoded byte, A to Z as a to z.
    mutating func appendFolded(_ byte: UInt8) {
        append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
    }
}
