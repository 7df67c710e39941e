/// What the database knows of the files that were applied to it.
public struct RecordedMigrations: Equatable, Sendable {
    /// A row of `ops.migration`.
    public struct Migration: Equatable, Sendable {
        /// The file's number.
        public var number: Int32
        /// Its name without number and ending.
        public var name: String
        /// SHA-256 of the file in hex; nil where `psql` applied it and nobody has adopted it yet.
        public var checksum: String?

        /// Makes a row.
        public init(number: Int32, name: String, checksum: String?) {
            self.number = number
            self.name = name
            self.checksum = checksum
        }
    }

    /// The numbered files, by number.
    public var migrations: [Migration]
    /// The checksums of the repeatable files, by their paths.
    public var repeatables: [String: String]

    /// Makes what a database knows; a fresh one knows nothing.
    public init(migrations: [Migration] = [], repeatables: [String: String] = [:]) {
        self.migrations = migrations
        self.repeatables = repeatables
    }
}
