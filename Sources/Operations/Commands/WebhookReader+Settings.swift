import Domain
import Receiving
import Runtime

extension WebhookReader {
    /// A reader with the current parsers, by the settings that webhook workers have.
    init(reading settings: SettingsReader) {
        self.init(
            registry: .standard, outboxRetention: settings.duration(.outboxRetention),
            optOut: OptOutWords(reading: settings))
    }
}
