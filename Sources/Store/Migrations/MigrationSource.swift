/// A file as it was read, before anything is known of it.
package struct MigrationSource: Hashable, Sendable {
    /// Its path below `sql/`, such as `0003_queue.sql` or `monitor/queue.sql`.
    package let path: String
    /// Its text.
    package let text: String
    /// SHA-256 of its bytes, in hex.
    package let checksum: String

    package init(path: String, text: String, checksum: String) {
        self.path = path
        self.text = text
        self.checksum = checksum
    }
}
