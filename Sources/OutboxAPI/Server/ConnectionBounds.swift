import NIOCore
import NIOHTTP1

/// Ends connections that the server would keep for as long as the client likes.
///
/// The server bounds the silence between requests and within one. It reads what is left of a body behind its answer to the
/// end, however much comes, and waits without end for a client that reads no answers. So here an exchange has so much time,
/// and a request that is answered before its body has come is the connection's last: the answer says so, nothing that
/// comes behind it is taken, and the connection is closed as soon as the client has had time to read it.
final class ConnectionBounds: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a connection stays open behind its last answer: one that is closed with bytes unread is reset, and the
    /// answer with it.
    static let lingerTime = TimeAmount.seconds(1)

    private let exchangeTimeMax: TimeAmount
    /// Requests that are not answered to the end; the first of them is the one that is answered now.
    private var unanswered = 0
    /// Whether the last request has not come to its end.
    private var isReading = false
    /// Whether nothing is taken any more.
    private var isEnding = false
    /// When the connection is closed, whatever is under way.
    private var deadline = NIODeadline.distantFuture
    /// One for many requests: it looks at the deadline, and looks again.
    private var timer: Scheduled<Void>?

    /// - Parameter exchangeTimeMax: from a request's head, or the answer before its own, to the end of its answer.
    init(exchangeTimeMax: TimeAmount) { self.exchangeTimeMax = exchangeTimeMax }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        switch unwrapInboundIn(data) {
        case .head:
            isReading = true
            unanswered += 1
            if unanswered == 1 { deadline = .now() + exchangeTimeMax }
            if timer == nil { look(context) }
        case .body: break
        case .end: isReading = false
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code == 400 && head.headers["Content-Length"] == ["0"]:
            refuse(context, promise)
        case .head(var head) where isReading && unanswered == 1 && head.status.code >= 200:
            isEnding = true
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where unanswered > 0:
            unanswered -= 1
            deadline = unanswered > 0 ? .now() + exchangeTimeMax : .distantFuture
            context.write(data, promise: promise)
        default:
            // Also the end of an answer to what was no request.
            context.write(data, promise: promise)
        }
    }

    /// What the parser refuses the server answers without a body, and closes the connection.
    private func refuse(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let json = Problem.unreadable.json
        let headers: HTTPHeaders = [
            "Content-Type": Problem.contentType, "Content-Length": String(json.count), "Connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: json)))), promise: nil)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if isEnding, unanswered == 0 { context.close(mode: .output, promise: nil) }
    }

    /// Everything is written, and nothing else will be: the server, too, ends connections so.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .outputClosed {
            isEnding = true
            deadline = .now() + Self.lingerTime
            look(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func look(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
            timer = nil
            if deadline <= .now() {
                context.close(promise: nil)
            } else if deadline < .distantFuture {
                look(context)
            }
        }
    }
}
