import NIOCore
import Runtime

/// Takes the PROXY header off a connection's front and tells the framer who connected; without one the connection is
/// closed, unanswered.
///
/// The framer's first deadline holds for the header, too.
final class ProxyProtocolHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let framer: RequestFramer
    private let balancers: [AddressRange]
    private var bytes: ByteBuffer?
    private var isDone = false

    /// Makes the handler of a connection.
    ///
    /// - Parameter balancers: Which peers may name another client; if empty, every peer that can connect.
    init(_ framer: RequestFramer, balancers: [AddressRange]) {
        self.framer = framer
        self.balancers = balancers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return context.fireChannelRead(data) }
        var incoming = unwrapInboundIn(data)
        if bytes == nil {
            bytes = incoming
        } else {
            bytes?.writeBuffer(&incoming)
        }
        guard var bytes else { return }
        switch bytes.withUnsafeReadableBytes(ProxyHeader.read) {
        case .incomplete:
            return
        case .invalid:
            self.bytes = nil
            framer.close()
        case .header(let header):
            self.bytes = nil
            guard mayNameClients(context) else { return framer.close() }
            isDone = true
            framer.proxiedPeer = header.source
            bytes.moveReaderIndex(forwardBy: header.length)
            if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        }
    }

    private func mayNameClients(_ context: ChannelHandlerContext) -> Bool {
        guard !balancers.isEmpty else { return true }
        return IPAddress(context.channel.remoteAddress).map(balancers.contain) ?? false
    }
}
