import Runtime

extension AlertingConfiguration {
    /// Reads the settings of an alert worker; problems are collected in the reader.
    init(reading reader: SettingsReader) {
        self.init(
            database: reader.database(applicationName: AlertWorkerProcess.program.executable),
            maxAutomaticRetries: Int32(reader.integer(.maxAutomaticRetries)), alertKey: AlertKey(reading: reader),
            webhookPolicy: DestinationPolicy(reading: reader),
            // A drain waits for the deliveries under way, and has to end within its grace.
            timeout: min(Self.timeoutMax, reader.duration(.shutdownGrace) * 3 / 4))
    }
}
