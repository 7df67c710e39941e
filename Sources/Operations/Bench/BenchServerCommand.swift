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
        let secret = AccountSecret(account: "default", secret: Secret(Wrk.token))
        let configuration = IngressConfiguration(
            listen: ListenAddress(host: "127.0.0.1", port: Int(port)), nxteleTokens: CredentialSet([secret]))
        FileDescriptorLimit.raise()
        let log = bootstrapLogging(label: "postroom bench server", level: .warning)
        let server = IngressServer(configuration: configuration, sink: AnswerAtOnceSink(), logger: log)
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: log).run()
    }
}
