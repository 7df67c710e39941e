import NIOCore
import NIOHTTP1

/// The handlers of one connection, in their order.
enum ConnectionPipeline {
    /// Adds them. Runs on the channel's event loop.
    static func add(to channel: any Channel, _ loop: LoopContext, behindBalancer: Bool = false) throws {
        let framer = RequestFramer(loop)
        let pipeline = channel.pipeline.syncOperations
        if behindBalancer {
            try pipeline.addHandler(
                ProxyProtocolHandler(framer, balancers: loop.configuration.trustedProxies))
        }
        try pipeline.addHandler(framer)
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(IngressHandler(framer))
    }
}
