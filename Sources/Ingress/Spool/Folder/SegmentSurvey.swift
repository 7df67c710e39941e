import Domain

/// What one file of a spool holds.
package struct SegmentSurvey: Equatable, Sendable {
    /// Webhooks that can be read.
    package private(set) var webhooks = 0
    /// When the oldest of them came in.
    package private(set) var oldest: Timestamp?
    /// Bytes at its end that were never acknowledged.
    package let tornBytes: Int
    /// Bytes that cannot be read any more.
    package let damagedBytes: Int

    /// Reads a file through.
    init(path: String, limit: Int? = nil) throws(SpoolFailure) {
        // It only counts: what the disk does not give now counts as unreadable.
        let reader = try SegmentReader(path: path, limit: limit, triesMax: 1)
        while let webhook = try reader.next() {
            webhooks += 1
            oldest = min(oldest ?? webhook.receivedAt, webhook.receivedAt)
        }
        tornBytes = reader.tornBytes
        damagedBytes = reader.damagedBytes
    }
}
