import NIOCore
import NIOHTTP1

/// Ends connections that the server would otherwise keep for as long as the client likes.
///
/// Hummingbird bounds idle time only: it drains the rest of a refused body however long, and waits forever for a client
/// that does not read. This handler bounds each exchange. It also makes a request answered before its body arrived the
/// connection's last: the answer says so, nothing after it is read, and the connection is closed as soon as the client
/// has had time to read the answer.
///
/// Who sends requests and does not read the answers does not fill the memory with requests: behind one that waits its turn
/// nothing more is read, and of those that came with one read so many are taken.
///
/// The same holds for a request after which the parser takes no other, and for one that asks for it. Hummingbird ends only
/// with `Connection: close` in these very letters, and does not say so: after any other spelling it would leave a
/// connection on which the next request, which may be another client's where a balancer reuses connections, is refused or
/// never answered.
final class ConnectionBounds: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a connection stays open after its last answer: one that is closed with bytes unread is reset, and the
    /// answer with it.
    static let lingerTime = TimeAmount.seconds(1)

    /// The most bytes of a field's value that is not ASCII; of a longer one the rest is dropped.
    ///
    /// To compare it with another text, as the server does before anybody knows the caller, Swift brings its combining marks
    /// into order, in a time that grows with the square of their number. Nothing here takes a value of such characters.
    static let valueBytesMax = 512

    /// The most requests that are not answered; behind them the connection ends. So many come with one read only of the
    /// shortest ones; never of sends.
    static let unansweredMax = 32

    private let exchangeTimeMax: TimeAmount
    private let untaken: UntakenAnswers
    /// Requests that are not answered to the end; the first of them is the one that is answered now.
    private var unanswered = 0
    /// Whether the last request has not come to its end.
    private var isReading = false
    /// Whether no request is taken behind the last one.
    private var isLast = false
    /// Whether nothing is taken any more.
    private var isEnding = false
    /// Whether a read waits until an answer is given.
    private var isReadHeld = false
    /// When the connection is closed, whatever is under way.
    private var deadline = NIODeadline.distantFuture
    /// One timer for many requests: it looks at the deadline, and looks again.
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - exchangeTimeMax: from a request's head, or the answer before its own, to the end of its answer.
    ///   - untaken: where large answers are counted while they wait to be sent.
    init(exchangeTimeMax: TimeAmount, untaken: UntakenAnswers) {
        self.exchangeTimeMax = exchangeTimeMax
        self.untaken = untaken
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding, isReading || !isLast else { return }
        var bounded = data
        switch unwrapInboundIn(data) {
        case .head(var head):
            // Empty, the parser takes it for none. Others may not, and then see another request in the body.
            if head.headers["Transfer-Encoding"].contains("") {
                isLast = true
                return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
            }
            isReading = true
            isLast = Self.isLast(head)
            // Nobody may be asked for a body in HTTP/1.0 (RFC 9110 section 10.1.1).
            if head.version != .http1_1 {
                head.headers.remove(name: "Expect")
                bounded = wrapInboundOut(.head(head))
            }
            if head.headers.contains(where: { $0.value.utf8.count > Self.valueBytesMax }) {
                head.headers = HTTPHeaders(head.headers.map { ($0.name, Self.bounded($0.value)) })
                bounded = wrapInboundOut(.head(head))
            }
            unanswered += 1
            // What comes although nobody reads on is drained, because the client has gone, or has closed its side.
            if unanswered == Self.unansweredMax || isReadHeld { isLast = true }
            if unanswered == 1 { deadline = .now() + exchangeTimeMax }
            if timer == nil { look(context) }
        case .body: break
        case .end(let trailers):
            isReading = false
            // They are read as fields of the head, `Connection` among them, and nobody tells what was in them.
            if trailers != nil { isLast = true }
        }
        context.fireChannelRead(bounded)
    }

    /// The value, or its beginning.
    static func bounded(_ value: String) -> String {
        let utf8 = value.utf8
        guard utf8.count > valueBytesMax, !utf8.allSatisfy({ $0 < 0x80 }) else { return value }
        return String(decoding: utf8.prefix(valueBytesMax), as: UTF8.self)
    }

    /// Whether the connection ends with this request: the parser is done with it, by `Connection` and `Proxy-Connection` as
    /// it reads them, or because another protocol would follow; or the client asks for it, and the server may heed that; or
    /// it is of HTTP/1.0, whose clients must be told where a connection goes on.
    private static func isLast(_ head: HTTPRequestHead) -> Bool {
        !head.isKeepAlive || head.version != .http1_1 || head.method == .CONNECT
            || head.headers.contains(name: "Upgrade")
            || head.headers[canonicalForm: "Connection"].contains { $0.utf8.count == 5 && $0.lowercased() == "close" }
    }

    func read(context: ChannelHandlerContext) {
        isReadHeld = unanswered > 1
        if !isReadHeld { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code == 400 && head.headers["Content-Length"] == ["0"]:
            refuse(context, promise)
        case .head(var head) where (isReading || isLast) && unanswered == 1 && head.status.code >= 200:
            isEnding = true
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let part):
            let share = untaken.share(ofBytes: part.readableBytes)
            let promise = share == nil ? promise : promise ?? context.eventLoop.makePromise()
            if let share { promise?.futureResult.whenComplete { _ in withExtendedLifetime(share) {} } }
            context.write(data, promise: promise)
        case .end where unanswered > 0:
            unanswered -= 1
            deadline = unanswered > 0 ? .now() + exchangeTimeMax : .distantFuture
            context.write(data, promise: promise)
            if isReadHeld { read(context: context) }
        default:
            // Also the end of an answer to what was no request.
            context.write(data, promise: promise)
        }
    }

    /// The server answers what its parser refuses without a body, and closes the connection.
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

    /// Everything is written, and nothing else will be. The server ends connections this way, too.
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
