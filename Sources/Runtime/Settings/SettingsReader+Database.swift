import PostgresClient

extension SettingsReader {
    /// How a process connects. It must be told where: nothing, or nothing that libpq can read, is a recorded problem.
    /// Checked at the start, because no waiting mends a wrong address.
    ///
    /// - Parameter applicationName: what `pg_stat_activity` shows.
    package func database(applicationName: String) -> ConnectionConfiguration {
        let text = text(.databaseURL)
        if !text.isEmpty, !ConnectionConfiguration.canRead(text) {
            problem(.databaseURL, "the value given (not shown) cannot be read; expected a libpq URI or keywords.")
        }
        return ConnectionConfiguration(connectionString: text, applicationName: applicationName)
    }
}
