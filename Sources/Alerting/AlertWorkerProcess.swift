import Runtime
import ServiceLifecycle

/// The services of one alert worker process.
public struct AlertWorkerProcess: Sendable {
    /// Reads the settings of an alert worker; problems are collected in the reader.
    public init(reading reader: SettingsReader) {}

    /// The services in the order in which they start.
    public func services(_ context: ProcessContext) -> [any Service] { [] }
}
