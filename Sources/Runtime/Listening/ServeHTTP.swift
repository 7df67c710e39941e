import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Answers HTTP until the process drains, and then what is under way.
///
/// - Parameters:
///   - responder: What answers.
///   - server: How HTTP is spoken on a connection.
///   - address: Where to listen; port 0 takes a free one.
///   - connectionsMax: The most connections at a time; further ones wait.
///   - drainTimeMax: How long what is under way may take once the process stops.
///   - logger: Told the warnings and errors of the listener.
///   - onListening: Called once with the address it listens on.
/// - Throws: ``ListenFailure`` if the address cannot be taken.
package func serveHTTP<Responder: HTTPResponder>(
    _ responder: Responder, by server: HTTPServerBuilder, at address: ListenAddress, connectionsMax: Int,
    drainTimeMax: Duration, logger: Logger, onListening: @escaping @Sendable (ListenAddress) -> Void
) async throws where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let application = Application(
        responder: responder, server: server,
        configuration: ApplicationConfiguration(
            address: .hostname(address.host, port: address.port),
            availableConnectionsDelegate: MaximumAvailableConnections(connectionsMax)),
        onServerRunning: { channel in
            onListening(ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
        },
        logger: quiet)
    do {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                // A client that dribbles a request must not hold up the end of the process.
                try await gracefulShutdown()
                try await Task.sleep(for: drainTimeMax)
            }
            try await group.next()
            group.cancelAll()
        }
    } catch let error
        where error is IOError || error is SocketAddressError || error is SocketAddressError.UnknownHost
    {
        throw ListenFailure(address, error)
    }
}
