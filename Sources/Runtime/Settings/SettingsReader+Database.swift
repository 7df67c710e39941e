import PostgresClient

extension SettingsReader {
    /// Where Postgres is, for a process, which must be told; records a problem where nothing was given, or nothing that
    /// libpq can read. Checked at the start, because no waiting mends a wrong address.
    public func databaseURL() -> String {
        let text = text(.databaseURL)
        if !text.isEmpty, !ConnectionConfiguration.canRead(text) {
            problem(.databaseURL, "the value given (not shown) cannot be read; expected a libpq URI or keywords.")
        }
        return text
    }
}
