import NIOCore
import NIOPosix
import Runtime

/// Binds addresses and gives every connection its handlers.
struct Listener: Sendable {
    let configuration: IngressConfiguration
    let connections: OpenConnections
    /// The shared things of every event loop, by the loop.
    let contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>]

    /// Starts to listen.
    ///
    /// - Parameter behindBalancer: Whether every connection must begin with a PROXY header.
    func bind(
        _ address: ListenAddress, behindBalancer: Bool, on group: MultiThreadedEventLoopGroup
    ) async throws(ListenFailure) -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: IngressConfiguration.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // One accept at a time, so that the gate is asked before each.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // NIO keeps the buffers of each connection's last reads: one, and of a bounded size. Where a client sends
            // more than that at once, the rest is read in the loop's next turn.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 64, initial: 2_048, maximum: IngressConfiguration.readBytesMax)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: IngressConfiguration.unsentBytesMax / 2, high: IngressConfiguration.unsentBytesMax)
            )
            // A client that has stopped sending may still read its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .serverChannelInitializer { [connections] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGate(connections))
                }
            }
            .childChannelInitializer { [contexts] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let context = contexts[ObjectIdentifier(channel.eventLoop)] else {
                        throw ChannelError.operationUnsupported
                    }
                    try ConnectionPipeline.add(to: channel, context.value, behindBalancer: behindBalancer)
                }
            }
        do {
            return try await bootstrap.bind(host: address.host, port: address.port).get()
        } catch {
            throw ListenFailure(address, error)
        }
    }
}
