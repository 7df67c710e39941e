/// A file as it was read, before anything is known of it.
public struct MigrationSource: Hashable, Sendable {
    /// Its path below `sql/`, such as `0003_queue.sql` or `monitor/queue.sql`.
    public let path: String
    /// Its text.
    public let text: String
    /// SHA-256 of its bytes, in hex.
    public let checksum: String

    /// Makes a source.
    public init(path: String, text: String, checksum: String) {
        self.path = path
        self.text = text
        self.checksum = checksum
    }
}
