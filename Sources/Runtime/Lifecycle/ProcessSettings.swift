import Logging

/// What every server process reads beside its own settings.
package struct ProcessSettings: Sendable {
    /// Where it answers about itself.
    let adminListen: ListenAddress
    /// How long a drain may take.
    let shutdownGrace: Duration
    /// How long listeners stay open once readiness has failed.
    let drainDelay: Duration
    /// The least severe level that is logged.
    let logLevel: Logger.Level

    /// Reads them; problems are collected in the reader.
    package init(reading reader: SettingsReader, of program: ServerProgram) {
        adminListen = reader.listenAddress(program.adminListen)
        shutdownGrace = reader.duration(.shutdownGrace)
        drainDelay = program.isBehindBalancer ? reader.drainDelay() : .zero
        logLevel = reader.logLevel()
    }
}
