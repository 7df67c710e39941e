/// A file of `sql/` that may be applied again, and is whenever its checksum changes: `monitor/*.sql` and `roles.sql`.
package struct RepeatableFile: Hashable, Sendable {
    /// The one that grants what each executable needs.
    package static let rolesPath = "roles.sql"

    /// Its path below `sql/`, such as `monitor/queue.sql`.
    package let path: String
    /// SHA-256 of the file's bytes, in hex.
    package let checksum: String
    /// Its text, without the lines `BEGIN;` and `COMMIT;` where it has them; line numbers are the file's.
    package let body: String
}
