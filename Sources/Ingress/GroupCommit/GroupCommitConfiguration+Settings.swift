import Runtime

extension GroupCommitConfiguration {
    /// Reads the settings of the group commit; problems are collected in the reader.
    init(reading reader: SettingsReader) {
        self.init(
            database: reader.database(applicationName: IngressProcess.program.executable),
            storeDeadline: reader.duration(.storeDeadline))
    }
}
