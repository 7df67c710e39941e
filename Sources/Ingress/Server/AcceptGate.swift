import NIOCore

/// Guards a listening socket: accepts nothing while there is no room, so that clients wait in the kernel's queue
/// instead of being turned away.
final class AcceptGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    private let connections: OpenConnections
    private var isReadHeldBack = false

    /// Makes the gate of one listener.
    init(_ connections: OpenConnections) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((gate: self, context: context), eventLoop: context.eventLoop)
        connections.onRoom {
            bound.eventLoop.execute { bound.value.gate.resume(bound.value.context) }
        }
    }

    func read(context: ChannelHandlerContext) {
        if connections.hasRoom {
            context.read()
        } else {
            isReadHeldBack = true
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        // Two listeners may accept at the same moment; the one too many is closed.
        guard connections.enter() else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [connections] _ in connections.leave() }
        context.fireChannelRead(data)
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard isReadHeldBack else { return }
        isReadHeldBack = false
        context.read()
    }
}
