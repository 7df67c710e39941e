/// The advisory lock under which files are applied, of a database of its own: one migrator at a time.
enum MigrationLock {
    /// "POSTROOM" in ASCII: unlikely to be another program's number.
    static let key: Int64 = 0x504F_5354_524F_4F4D
}
