/// What the database knows of the files that were applied to it.
package struct RecordedMigrations: Equatable, Sendable {
    /// A row of `ops.migration`.
    package struct Migration: Equatable, Sendable {
        /// The file's number.
        package var number: Int32
        /// Its name without number and ending.
        package var name: String
        /// SHA-256 of the file in hex; nil where `psql` applied it and nobody has adopted it yet.
        package var checksum: String?

        package init(number: Int32, name: String, checksum: String?) {
            self.number = number
            self.name = name
            self.checksum = checksum
        }
    }

    /// The numbered files, by number.
    package var migrations: [Migration]
    /// The checksums of the repeatable files, by their paths.
    package var repeatables: [String: String]

    /// Makes what a database knows; a fresh one knows nothing.
    package init(migrations: [Migration] = [], repeatables: [String: String] = [:]) {
        self.migrations = migrations
        self.repeatables = repeatables
    }
}
