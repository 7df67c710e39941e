import NIOCore
import NIOHTTP1

/// One connection of a caller: collects each request, and writes what ``SandboxLoop`` answers.
final class SandboxHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let sandbox: SandboxLoop
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ sandbox: SandboxLoop) {
        self.sandbox = sandbox
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        guard sandbox.add(context.channel) else { return context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        sandbox.remove(context.channel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let bytes):
            guard head != nil else { return }
            guard body.count + bytes.readableBytes <= sandbox.configuration.bodyBytesMax else {
                head = nil
                return write(.text(status: 413, "too large"), keepsAlive: false)
            }
            body += bytes.readableBytesView
        case .end:
            guard let head else { return }
            self.head = nil
            let keepsAlive = head.isKeepAlive
            let path = head.uri.prefix { $0 != "?" }
            sandbox.handle(
                SandboxRequest(method: head.method, path: String(path), headers: head.headers, body: body)
            ) { [self] reply in
                write(reply, keepsAlive: keepsAlive)
            }
        }
    }

    private func write(_ reply: SandboxReply, keepsAlive: Bool) {
        // The caller may have gone while its answer was held back.
        guard let context else { return }
        switch reply {
        case .close: context.close(promise: nil)
        case .raw(let bytes):
            let buffer = context.channel.allocator.buffer(bytes: bytes)
            // Past the encoder, which writes HTTP only.
            if let encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self) {
                encoder.writeAndFlush(NIOAny(buffer), promise: nil)
            }
            context.close(promise: nil)
        case .http(let status, let contentType, let body, let retryAfterSeconds):
            var headers = HTTPHeaders([("Content-Type", contentType), ("Content-Length", "\(body.count)")])
            if let retryAfterSeconds { headers.add(name: "Retry-After", value: "\(retryAfterSeconds)") }
            if !keepsAlive { headers.add(name: "Connection", value: "close") }
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if !body.isEmpty {
                let buffer = context.channel.allocator.buffer(bytes: body)
                context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
            }
            let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
            if !keepsAlive {
                let channel = context.channel
                written.whenComplete { _ in channel.close(promise: nil) }
            }
        }
    }
}
