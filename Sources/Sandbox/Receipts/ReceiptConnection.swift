import NIOCore

/// One kept connection to a receiver of callbacks, with at most one callback under way. Used on one event loop only.
final class ReceiptConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// When the answer is late.
    private(set) var deadline = NIODeadline.distantFuture

    private let server: ReceiptServer
    private var context: ChannelHandlerContext?
    private var job: ReceiptJob?
    private var answer = CallbackAnswer()
    private var hasServed = false
    private var hasBytes = false

    init(_ server: ReceiptServer) {
        self.server = server
    }

    /// Whether the connection stands.
    var isOpen: Bool { context != nil }

    /// Sends a callback; none is under way.
    func send(_ job: ReceiptJob, deadline: NIODeadline) {
        self.job = job
        self.deadline = deadline
        hasBytes = false
        answer.reset()
        guard let context else { return end() }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: job.bytes)), promise: nil)
    }

    /// Ends the connection; a callback under way has failed.
    func close() {
        // No answer is awaited any more, so that this is not taken for the server's own end.
        hasBytes = true
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasBytes = true
        switch answer.append(unwrapInboundIn(data).readableBytesView) {
        case .incomplete: return
        case .unreadable: context.close(promise: nil)
        case .complete(let isSuccess, let keepsAlive):
            // What comes without having been asked for ends the connection.
            guard let job else { return context.close(promise: nil) }
            self.job = nil
            hasServed = true
            deadline = .distantFuture
            if keepsAlive { server.finished(self) } else { context.close(promise: nil) }
            job.complete(isSuccess ? .delivered : .refused)
        }
    }

    private func end() {
        guard context != nil || job != nil else { return }
        context = nil
        let unfinished = job
        job = nil
        if let unfinished {
            if hasServed, !hasBytes { server.retry(unfinished) } else { unfinished.complete(.failed) }
        }
        server.ended(self)
    }
}
