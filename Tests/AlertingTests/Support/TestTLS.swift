import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A server with a certificate for hooks.example.com and 127.0.0.1, good for a hundred years and trusted by nobody else.
struct TestTLS {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBsjCCAVmgAwIBAgIUCggND2H0CZ9zRUSyiRX5jqw4BzowCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRaG9va3MuZXhhbXBsZS5jb20wIBcNMjYxMTIyMDgyNTEwWhgP
        MjEyNjEwMjkwODI1MTBaMBwxGjAYBgNVBAMMEWhvb2tzLmV4YW1wbGUuY29tMFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEe7lEjwVclqjZIJJvoeDIQ27+UJcny5Vk
        hB+cb6GvIz7RP0cPMaAzz9tP6NGPpNTUDoUhu73PUbYzS392p0XMo6N3MHUwHQYD
        VR0OBBYEFHgywnOKWKzJugyvAAu91m+1wdCYMB8GA1UdIwQYMBaAFHgywnOKWKzJ
        ugyvAAu91m+1wdCYMA8GA1UdEwEB/wQFMAMBAf8wIgYDVR0RBBswGYIRaG9va3Mu
        ZXhhbXBsZS5jb22HBH8AAAEwCgYIKoZIzj0EAwIDRwAwRAIgQshNFoHarfKyLRuv
        /w0ZxQKwz3sTlzNOB7NGd5K1xKoCICHKSJ2I7y9+6N/JvhJP8M8il4aKqIx/L9P6
        rGeT8hdJ
        -----END CERTIFICATE-----
        """
    // Of these tests only.
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXLqawuvoZoQpg9Gq
        PgHcUBBziZwO3uYO345WAHXVjG2hRANCAAR7uUSPBVyWqNkgkm+h4MhDbv5QlyfL
        lWSEH5xvoa8jPtE/Rw8xoDPP20/o0Y+k1NQOhSG7vc9RtjNLf3anRcyj
        -----END PRIVATE KEY-----
        """

    let channel: any Channel
    var port: UInt16 { UInt16(channel.localAddress?.port ?? 0) }

    /// What a client has to trust.
    static func roots() throws -> NIOSSLTrustRoots {
        .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
    }

    /// Starts one that answers 200 to everything.
    static func start() async throws -> TestTLS {
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return TestTLS(channel: channel)
    }

    func close() async { try? await channel.close().get() }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
