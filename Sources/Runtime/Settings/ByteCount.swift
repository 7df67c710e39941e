/// A size in bytes.
package struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes.
    package let bytes: Int

    init(_ bytes: Int) {
        self.bytes = bytes
    }

    /// Whether the left size is the smaller.
    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// The plain number, as settings write it.
    package var description: String { String(bytes) }
}
