/// The paths whose request lines may be repaired: those NXTele calls, and nothing else.
///
/// A target matches if it begins with one of them and goes on with `/`, `?`, a space, or not at all.
struct RepairablePaths: Equatable, Sendable {
    private let paths: [[UInt8]]

    /// Keeps the paths, each from its leading `/` and without one at its end.
    init(_ paths: [[UInt8]]) {
        self.paths = paths
    }

    /// Whether the target at `range` begins with one of the paths.
    func contain(targetAt range: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Bool {
        for path in paths where path.count <= range.count {
            let end = range.lowerBound + path.count
            guard bytes[range.lowerBound..<end].elementsEqual(path) else { continue }
            guard end < range.upperBound else { return true }
            switch bytes[end] {
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: " "): return true
            default: continue
            }
        }
        return false
    }
}
