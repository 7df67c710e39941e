import ArgumentParser
import Ingress
import Logging
import Runtime
import ServiceLifecycle

/// `postroom bench server`: the ingress's HTTP side alone, which answers without a database. Started by
/// `postroom bench ingress`.
struct BenchServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "server", shouldDisplay: false)

    @Option var port: UInt16

    func run() async throws {
        let configuration = IngressConfiguration(
            reading: SettingsReader(environment: [
                Setting.ingressListen.name: "127.0.0.1:\(port)", Setting.nxteleTokens.name: Wrk.token,
            ]))
        FileDescriptorLimit.raise()
        let log = bootstrapLogging(label: "postroom bench server", level: .warning)
        let server = IngressServer(configuration: configuration, sink: AnswerAtOnceSink(), logger: log)
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: log).run()
    }
}
