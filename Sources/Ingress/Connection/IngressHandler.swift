import NIOCore
import NIOHTTP1
import Runtime

/// Takes each request from the decoder: asks ``Admission``, collects the body, hands the webhook to the store, answers.
final class IngressHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private enum State {
        /// No request. Exits: all.
        case idle
        /// Admitted; the body is coming. Exits: storing, idle (refused).
        case collecting(Admission.Admitted)
        /// Refused, but the rest has arrived already and is let through, so that the connection can go on. Exits: idle.
        case refusing(Answer, Route)
        /// The store has it. Exits: idle.
        case storing(Route)
        /// Nothing is done any more. Exits: none.
        case closed
    }

    private let framer: RequestFramer
    private let loop: LoopContext
    private var state = State.idle
    private var body = ByteBuffer()
    private var reservedBytes = 0
    private var client: ClientAddress?
    private var remoteAddress = ClientAddress.unknownText
    private var storedHeaders = StoredHeaders()
    /// One for the life of the connection: at most one of its requests is with the store.
    private var complete: (@Sendable (StoreOutcome) -> Void)?

    /// Makes the handler of a connection whose framer comes before it.
    init(_ framer: RequestFramer) {
        self.framer = framer
        loop = framer.loop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        complete = { outcome in bound.value.stored(outcome) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish(.closed)
        complete = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.closed)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): readHead(head, context)
        case .body(let part): readBody(part, context)
        case .end: readEnd(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .storing:
            // Here only what follows a chunked body can be wrong; the answer to that body is still due.
            break
        case .closed:
            framer.close()
        case .idle, .collecting, .refusing:
            switch error as? HTTPParserError {
            case nil: framer.close()
            case .headerOverflow?: refuse(.headTooLarge, on: .unknown)
            case _?: refuse(.malformed, on: .unknown)
            }
        }
    }

    // MARK: One request

    private func readHead(_ decoded: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if !decoded.isKeepAlive { framer.decoderEnds() }
        guard case .idle = state, let request = framer.request else { return }
        let client = clientAddress(context)
        let verdict = request.bytes.withUnsafeReadableBytes { bytes in
            let (address, text) = client.client(of: request.head, bytes: bytes)
            remoteAddress = text
            return loop.admission.verdict(on: request.head, bytes: bytes, client: address)
        }
        switch verdict {
        case .refused(let answer, let route):
            if framer.isBodyMissing { refuse(answer, on: route) } else { state = .refusing(answer, route) }
        case .admitted(let admitted):
            state = .collecting(admitted)
            guard framer.isBodyMissing else { return }
            if case .length(let length) = request.head.body, !reserve(length) {
                return refuse(.unavailable, on: admitted.route)
            }
            if request.head.expectsContinue { framer.writeContinue() }
        }
    }

    private func readBody(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .collecting(let admitted) = state else { return }
        let length = body.readableBytes + part.readableBytes
        guard length <= loop.configuration.bodyBytesMax else { return refuse(.bodyTooLarge, on: admitted.route) }
        // The length of a chunked body is not known beforehand.
        guard !framer.isBodyMissing || length <= reservedBytes || reserve(length - reservedBytes) else {
            return refuse(.unavailable, on: admitted.route)
        }
        if body.readableBytes == 0 {
            // A copy of the exact size (or the expected size, if parts will follow): a slice would keep the whole read
            // buffer alive while the store has the webhook.
            body = context.channel.allocator.buffer(capacity: max(part.readableBytes, reservedBytes))
        }
        body.writeImmutableBuffer(part)
    }

    private func readEnd(_ context: ChannelHandlerContext) {
        switch state {
        case .collecting(let admitted):
            framer.messageEnded()
            store(admitted, context)
        case .refusing(let answer, let route):
            framer.messageEnded()
            refuse(answer, on: route)
        case .idle, .storing, .closed:
            break
        }
    }

    private func store(_ admitted: Admission.Admitted, _ context: ChannelHandlerContext) {
        guard let request = framer.request, let complete, let source = admitted.route.source else { return }
        let webhook = request.bytes.withUnsafeReadableBytes { bytes -> IncomingWebhook? in
            if admitted.isSigned {
                guard loop.admission.signature?.verifies(request.head, bytes: bytes, body: body) == true else {
                    return nil
                }
            }
            return IncomingWebhook(
                id: loop.makeID(), source: source, account: admitted.account,
                method: request.head.method == .get ? "GET" : "POST", path: admitted.path, query: admitted.query,
                contentType: storedHeaders.contentType(of: request.head, bytes: bytes),
                headers: storedHeaders.headers(of: request.head, bytes: bytes), body: body,
                remoteAddress: remoteAddress)
        }
        guard let webhook else { return refuse(.unauthorizedSigned, on: admitted.route) }
        loop.metrics.count(bodyBytes: body.readableBytes)
        finish(.storing(admitted.route))
        loop.sink.submit(Submission(webhook: webhook, eventLoop: context.eventLoop, complete: complete))
    }

    private func stored(_ outcome: StoreOutcome) {
        guard case .storing(let route) = state else { return }
        // Before the answer, which lets the next request in, within this call.
        state = .idle
        framer.answer(outcome == .stored ? route.success : .unavailable, on: route)
    }

    private func refuse(_ answer: Answer, on route: Route) {
        finish(.idle)
        framer.answer(answer, on: route)
    }

    /// Forgets a request's body.
    private func finish(_ next: State) {
        if case .closed = state { return }
        state = next
        body = ByteBuffer()
        if reservedBytes > 0 {
            loop.release(unfinishedBodyBytes: reservedBytes)
            reservedBytes = 0
        }
    }

    private func reserve(_ count: Int) -> Bool {
        guard loop.reserve(unfinishedBodyBytes: count) else { return false }
        reservedBytes += count
        return true
    }

    private func clientAddress(_ context: ChannelHandlerContext) -> ClientAddress {
        if let client { return client }
        let peer = framer.proxiedPeer ?? IPAddress(context.channel.remoteAddress)
        let client = ClientAddress(peer: peer, trusted: loop.configuration.trustedProxies)
        self.client = client
        return client
    }
}
