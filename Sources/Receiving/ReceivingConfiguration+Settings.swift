import Domain
import Glibc
import Runtime

extension ReceivingConfiguration {
    /// Reads the settings of a webhook worker; problems are collected in the reader.
    init(reading reader: SettingsReader) {
        self.init(
            database: reader.database(applicationName: WebhookWorkerProcess.program.executable),
            workers: reader.integer(.workers), batch: Int32(reader.integer(.batch)),
            nxteleTimeZone: reader.text(.nxteleTimezone), inboxRetention: reader.duration(.inboxRetention),
            outboxRetention: reader.duration(.outboxRetention), optOut: OptOutWords(reading: reader),
            stateFolder: reader.optionalText(.stateDirectory) ?? "/tmp/postroom-\(getuid())")
    }
}
