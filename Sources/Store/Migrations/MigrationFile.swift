/// A numbered file of `sql/`: applied once, never edited once released.
public struct MigrationFile: Hashable, Sendable {
    /// Its number, from 1, without gaps.
    public let number: Int32
    /// Its file name without number and ending, which the file also writes into `ops.migration`.
    public let name: String
    /// Its path below `sql/`, such as `0003_queue.sql`.
    public let path: String
    /// SHA-256 of the file's bytes, in hex.
    public let checksum: String
    /// Its text without the lines `BEGIN;` and `COMMIT;`; line numbers are the file's.
    public let body: String
}
