import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import Runtime

/// What failed where a call brought no whole reply, in our own words: an error's text may quote the address.
func failureWords(_ error: any Error) -> String {
    switch error {
    case is LeasePassed: "the lease had ended"
    case is ReplyTooLarge: "it was too long"
    case is ReplyTooSlow: "it took too long"
    case is CancellationError: "the worker was stopped"
    case let error as NIOConnectionError:
        error.connectionErrors.isEmpty ? "the provider's name led to no address" : refusedOrBroke
    case is IOError: refusedOrBroke
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
        "TLS failed, or the certificate is not to be trusted"
    case let error as HTTPClientError: words(error)
    default: "the connection failed"
    }
}

private let refusedOrBroke = "the connection was refused, or broke"

private func words(_ error: HTTPClientError) -> String {
    switch error {
    case .connectTimeout: "nobody took the connection in time"
    case .tlsHandshakeTimeout: "TLS began and did not end in time"
    case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout: "the time was up"
    case .remoteConnectionClosed, .uncleanShutdown: "the connection was closed"
    default: "the connection failed"
    }
}
