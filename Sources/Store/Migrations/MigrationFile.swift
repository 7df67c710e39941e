/// A numbered file of `sql/`: applied once, never edited once released.
package struct MigrationFile: Hashable, Sendable {
    /// Its number, from 1, without gaps.
    package let number: Int32
    /// Its file name without number and ending, which the file also writes into `ops.migration`.
    package let name: String
    /// Its path below `sql/`, such as `0003_queue.sql`.
    package let path: String
    /// SHA-256 of the file's bytes, in hex.
    package let checksum: String
    /// Its text without the lines `BEGIN;` and `COMMIT;`; line numbers are the file's.
    package let body: String
}
