import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Runtime
import ServiceLifecycle

/// The listener that applications call. What answers is a parameter, so that it can be measured without a database.
struct APIServer<Responder: HTTPResponder>: Service where Responder.Context == APIContext {
    /// The most bytes of a request's fields together, and of one.
    static var headerBytesMax: Int { 16_384 }
    /// The most fields of a request.
    static var headerFieldsMax: Int { 100 }

    let configuration: APIConfiguration
    let responder: Responder
    let untaken: UntakenAnswers
    let log: Logger
    let onListening: @Sendable (ListenAddress) -> Void

    /// Answers until the process drains, and then what is under way.
    ///
    /// - Throws: ``ListenFailure`` if the address cannot be taken.
    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                group.addTask {
                    // A client that dribbles a request must not hold up the end of the process.
                    try await gracefulShutdown()
                    try await Task.sleep(for: configuration.drainTimeMax)
                }
                try await group.next()
                group.cancelAll()
            }
        } catch let error as IOError {
            throw ListenFailure(address: configuration.listen, reason: "\(error)")
        } catch let error as SocketAddressError {
            throw ListenFailure(address: configuration.listen, reason: "\(error)")
        }
    }

    private var http: HTTP1Channel.Configuration {
        .init(
            idleTimeout: .nanoseconds(configuration.idleTimeout.nanoseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.headerBytesMax, maxHeaderListSize: Self.headerBytesMax,
                maxHeaderFieldCount: Self.headerFieldsMax))
    }

    private var application: some ApplicationProtocol {
        var quiet = log
        quiet.logLevel = max(log.logLevel, .warning)
        let (address, http) = (configuration.listen, http)
        let exchangeTimeMax = TimeAmount.nanoseconds(configuration.exchangeTimeMax.nanoseconds)
        let connectionsMax = FileDescriptorLimit.connections(configuration.connectionsMax, log: log)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                BoundedHTTP1(
                    http: HTTP1Channel(responder: ExpectContinue.heeded(by: responder), configuration: http),
                    exchangeTimeMax: exchangeTimeMax, untaken: untaken)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(connectionsMax)),
            onServerRunning: { channel in
                let bound = ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port)
                log.info("api is up", metadata: ["address": "\(bound)"])
                onListening(bound)
            },
            logger: quiet)
    }
}
