/// A size in bytes.
public struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes.
    public let bytes: Int

    init(_ bytes: Int) {
        self.bytes = bytes
    }

    /// Whether the left size is the smaller.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// The plain number, as settings write it.
    public var description: String { String(bytes) }
}
