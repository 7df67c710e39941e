import NIOCore
import Runtime

/// Runs before NIO's HTTP decoder and lets one message at a time through to it; keeps the connection's deadlines,
/// writes its answers and closes it.
///
/// ``RequestFraming`` decides; this does. Bytes that come while a request is under way wait here, and beyond
/// `heldBytesMax` of them the socket is not read from.
final class RequestFramer: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request that the decoder has been given.
    struct Request {
        /// What the framer found.
        var head: RequestHead
        /// The head's bytes as they came. They keep the whole read alive: drop them with the request.
        var bytes: ByteBuffer
    }

    /// What the connection is waiting for, and so which deadline it has.
    enum Phase: Equatable {
        /// Its first byte. Exits: head, request, closing.
        case fresh
        /// Another request. Exits: head, request, closing.
        case idle
        /// The rest of a head. Exits: request, closing.
        case head
        /// The rest of a message. Exits: answer, idle, closing.
        case request
        /// The store; no deadline of ours, the sink promises one. Exits: idle, closing.
        case answer
        /// The end of what a refused client sends, which is dropped. Exits: closed.
        case lingering
        /// Its end. Exits: none.
        case closed
    }

    let loop: LoopContext
    /// The request under way, from when its head goes to the decoder until its answer is written.
    private(set) var request: Request?
    /// Who connected, where a PROXY header has said it.
    var proxiedPeer: IPAddress?

    var phase = Phase.fresh
    var deadline = NIODeadline.distantFuture
    var timer: Scheduled<Void>?
    private var framing: RequestFraming
    private var held: ByteBuffer?
    private var reservedHeadBytes = 0
    private var isAdvancing = false
    private var isReadHeldBack = false
    private var isInputClosed = false
    private var lingeredBytes = 0
    private(set) var context: ChannelHandlerContext?

    /// Makes the handler of a new connection.
    init(_ loop: LoopContext) {
        self.loop = loop
        framing = RequestFraming(limits: loop.framingLimits, repairable: loop.repairable)
    }

    /// Whether bytes of the request under way are still to come.
    var isBodyMissing: Bool { framing.isBodyMissing }

    /// Completes when the connection has ended; nil before it began and after it ended.
    var closeFuture: EventLoopFuture<Void>? { context?.channel.closeFuture }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var incoming = unwrapInboundIn(data)
        switch phase {
        case .closed:
            return
        case .lingering:
            lingeredBytes += incoming.readableBytes
            if lingeredBytes > IngressConfiguration.lingerBytesMax { close() }
            return
        default:
            break
        }
        if held == nil {
            held = incoming
        } else {
            held?.writeBuffer(&incoming)
        }
        advance()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        advance()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The decoder is not told: an answer may still be on its way to a client that only stopped sending.
        guard case .inputClosed? = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isInputClosed = true
        if phase != .answer { close() }
    }

    func read(context: ChannelHandlerContext) {
        if mustHoldBackReads {
            isReadHeldBack = true
        } else {
            context.read()
        }
    }

    /// An unfinished head is bounded by its own limit and by the room for all of them, and only more bytes can complete
    /// it.
    private var mustHoldBackReads: Bool {
        (held?.readableBytes ?? 0) > loop.configuration.heldBytesMax && !framing.isInHead
    }

    // MARK: Messages

    /// Hands on what may be handed on.
    private func advance() {
        guard !isAdvancing, let context else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while let bytes = held, context.channel.isWritable || !framing.isBetweenMessages {
            let step = bytes.withUnsafeReadableBytes { framing.step($0) }
            switch step {
            case .skip(let count):
                held?.moveReaderIndex(forwardBy: count)
            case .head(let head, let bodyBytes):
                forward(head, bodyBytes: bodyBytes, context)
            case .body(let count):
                if let slice = take(count) { context.fireChannelRead(wrapInboundOut(slice)) }
            case .discard:
                held = nil
            case .refuse(let refusal):
                held = nil
                refuse(refusal)
            case .more:
                guard !framing.isInHead || reserveHeld() else {
                    held = nil
                    return answer(.unavailable, on: .unknown)
                }
                if framing.isInHead, phase != .head { enter(.head) }
                return afterAdvance(context)
            case .hold:
                return afterAdvance(context)
            }
        }
        // What is held here belongs to a client that does not take its answers.
        guard held == nil || reserveHeld() else { return close() }
        afterAdvance(context)
    }

    /// Takes room for all that is held, for as long as no head of it is complete.
    private func reserveHeld() -> Bool {
        let bytes = held?.readableBytes ?? 0
        guard loop.reserve(unfinishedHeadBytes: bytes - reservedHeadBytes) else { return false }
        reservedHeadBytes = bytes
        return true
    }

    /// Gives that room back. A head that comes whole never had any.
    private func releaseHeld() {
        guard reservedHeadBytes > 0 else { return }
        loop.release(unfinishedHeadBytes: reservedHeadBytes)
        reservedHeadBytes = 0
    }

    /// A client that has stopped sending gets no more than the answers to what it sent.
    private func afterAdvance(_ context: ChannelHandlerContext) {
        if held?.readableBytes == 0 { held = nil }
        if isInputClosed, phase == .idle || phase == .head || phase == .request { return close() }
        if isReadHeldBack, !mustHoldBackReads {
            isReadHeldBack = false
            context.read()
        }
    }

    private func forward(_ head: RequestHead, bodyBytes: Int, _ context: ChannelHandlerContext) {
        releaseHeld()
        guard var message = take(head.length + bodyBytes) else { return }
        guard let bytes = message.getSlice(at: message.readerIndex, length: head.length) else { return }
        if head.needsRepair {
            message = RequestLineRepair.repaired(
                message, target: head.target.offsets, allocator: context.channel.allocator)
        }
        request = Request(head: head, bytes: bytes)
        // A request that has arrived whole ends within the call; the clock matters only for others.
        phase = .request
        context.fireChannelRead(wrapInboundOut(message))
        if phase == .request { enter(.request) }
    }

    private func take(_ count: Int) -> ByteBuffer? {
        guard let bytes = held else { return nil }
        if bytes.readableBytes == count {
            held = nil
            return bytes
        }
        return held?.readSlice(length: count)
    }

    /// The decoder takes no message behind the one under way, whatever the framing reads in its fields: to the decoder
    /// `Proxy-Connection` is another `Connection`, and a tab is no white space behind an option.
    func decoderEnds() {
        request?.head.allowsReuse = false
    }

    /// The decoder has seen the message's end.
    func messageEnded() {
        phase = .answer
        // What follows the last chunk is not looked at: such a connection is not used again.
        if framing.isBodyMissing { framing.close() }
    }

    /// The answer is written, by ``answer(_:on:)``: the next message may come.
    func finishRequest(reusable: Bool) {
        request = nil
        framing.responseWritten(reusable: reusable)
        if reusable {
            enter(.idle)
            advance()
        }
    }

    /// Drops what is held.
    func dropHeld() {
        held = nil
        releaseHeld()
    }

    /// Drops what is held, and what comes.
    func stopFraming() {
        request = nil
        dropHeld()
        framing.close()
        if isReadHeldBack, let context {
            isReadHeldBack = false
            context.read()
        }
    }
}
