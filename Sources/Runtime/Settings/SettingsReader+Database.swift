import PostgresClient

extension SettingsReader {
    /// Where Postgres is, for a process, which needs to know; records a problem where nothing was given, or nothing that
    /// libpq can read. Found at the start, as what is wrong with it no waiting mends.
    public func databaseURL() -> String {
        let text = text(.databaseURL)
        if !text.isEmpty, !ConnectionConfiguration.canRead(text) {
            problem(.databaseURL, "the value given (not shown) cannot be read; expected a libpq URI or keywords.")
        }
        return text
    }
}
