import Alerting
import Runtime

extension APIConfiguration {
    /// Reads the settings of an API process; problems are collected in the reader.
    init(reading reader: SettingsReader) {
        self.init(
            database: reader.database(applicationName: APIProcess.program.executable),
            listen: reader.listenAddress(.apiListen),
            storeDeadline: reader.duration(.storeDeadline),
            waitMax: reader.duration(.maxWait), resendsMax: Int32(reader.integer(.maxResends)),
            providerTimeZone: reader.text(.nxteleTimezone), alertKey: AlertKey(reading: reader),
            webhookPolicy: DestinationPolicy(reading: reader))
    }
}
