import Domain
import Glibc
import PostgresClient
import Runtime

extension ReceivingConfiguration {
    /// Reads the settings of a webhook worker; problems are collected in the reader.
    public init(_ reader: SettingsReader) {
        self.init(
            database: ConnectionConfiguration(
                connectionString: reader.databaseURL(), applicationName: "postroom-webhook-worker"),
            workers: reader.integer(.workers), batch: Int32(reader.integer(.batch)),
            nxteleTimeZone: reader.text(.nxteleTimezone), inboxRetention: reader.duration(.inboxRetention),
            outboxRetention: reader.duration(.outboxRetention), optOut: OptOutWords(reader),
            stateFolder: reader.optionalText(.stateDirectory) ?? "/tmp/postroom-\(getuid())")
    }
}
