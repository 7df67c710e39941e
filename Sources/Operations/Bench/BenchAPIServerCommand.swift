import ArgumentParser
import OutboxAPI
import Runtime
import ServiceLifecycle

/// `postroom bench api-server`: the API's HTTP side alone, which echoes bodies without a database. Started by
/// `postroom bench api`.
struct BenchAPIServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "api-server", shouldDisplay: false)

    @Option var port: UInt16

    func run() async throws {
        let log = bootstrapLogging(label: "postroom bench api-server", level: .warning)
        let server = EchoServer(listen: ListenAddress(host: "127.0.0.1", port: Int(port)), log: log)
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: log).run()
    }
}
