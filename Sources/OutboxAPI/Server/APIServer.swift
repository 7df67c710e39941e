import Hummingbird
import HummingbirdCore
import Logging
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
        try await serveHTTP(
            responder,
            by: HTTPServerBuilder { responder in
                BoundedHTTP1(
                    http: HTTP1Channel(responder: ExpectContinue.heeded(by: responder), configuration: http),
                    exchangeTimeMax: .nanoseconds(configuration.exchangeTimeMax.nanoseconds), untaken: untaken)
            },
            at: configuration.listen,
            connectionsMax: FileDescriptorLimit.connections(configuration.connectionsMax, log: log),
            drainTimeMax: configuration.drainTimeMax, logger: log
        ) { bound in
            log.info("api is up", metadata: ["address": "\(bound)"])
            onListening(bound)
        }
    }

    private var http: HTTP1Channel.Configuration {
        .init(
            idleTimeout: .nanoseconds(configuration.idleTimeout.nanoseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.headerBytesMax, maxHeaderListSize: Self.headerBytesMax,
                maxHeaderFieldCount: Self.headerFieldsMax))
    }
}
