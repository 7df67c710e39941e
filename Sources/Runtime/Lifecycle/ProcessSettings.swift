import Logging

/// What every server process reads beside its own settings.
public struct ProcessSettings: Sendable {
    /// Where it answers about itself.
    let adminListen: ListenAddress
    /// How long a drain may take.
    let shutdownGrace: Duration
    /// How long listeners stay open once readiness has failed.
    let drainDelay: Duration
    /// The least severe level that is logged.
    let logLevel: Logger.Level

    /// Reads them; problems are collected in the reader.
    ///
    /// - Parameters:
    ///   - adminListen: The setting of its admin listener.
    ///   - isBehindBalancer: Whether its listeners are to stay open for a while.
    public init(_ reader: SettingsReader, adminListen: Setting, isBehindBalancer: Bool) {
        self.adminListen = reader.listenAddress(adminListen)
        shutdownGrace = reader.duration(.shutdownGrace)
        drainDelay = isBehindBalancer ? reader.drainDelay() : .zero
        logLevel = reader.logLevel()
    }
}
