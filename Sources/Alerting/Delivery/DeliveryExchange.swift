import Domain
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import Runtime

/// One request and its answer on a connection of their own: writes when the gate lets it, and closes when it has seen
/// enough, at the latest at the deadline.
///
/// The status is the answer, whatever becomes of the body after it.
final class DeliveryExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: ByteBuffer
    private let gate: CallGate
    private let awaitsHandshake: Bool
    private let certificateName: String?
    private let deadline: NIODeadline
    private let end: EventLoopPromise<DeliveryAnswer>
    private var answer: DeliveryAnswer?
    private var isOver = false
    private var timers: [Scheduled<Void>] = []

    ///
    /// - Parameters:
    ///   - awaitsHandshake: with TLS.
    ///   - certificateName: what the peer's certificate has to name; nil where that is the address, which NIOSSL
    ///     checks.
    init(
        head: HTTPRequestHead, body: ByteBuffer, gate: CallGate, awaitsHandshake: Bool, certificateName: String?,
        deadline: NIODeadline,
        end: EventLoopPromise<DeliveryAnswer>
    ) {
        self.head = head
        self.body = body
        self.gate = gate
        self.awaitsHandshake = awaitsHandshake
        self.certificateName = certificateName
        self.deadline = deadline
        self.end = end
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timers.append(
            context.eventLoop.scheduleTask(deadline: deadline) {
                let (handler, context) = bound.value
                handler.finish(context, .failed("No answer came in time."))
            })
        if !awaitsHandshake { write(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if awaitsHandshake, case .handshakeCompleted = event as? TLSUserEvent {
            if isPeerNamed(context) {
                write(context)
            } else {
                finish(context, .failed("TLS failed: \(Self.notValid)"))
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private static let notValid = "the certificate is not valid for the host."

    private func isPeerNamed(_ context: ChannelHandlerContext) -> Bool {
        guard let certificateName else { return true }
        guard let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate() else { return false }
        return CertificateNames.contain(certificateName, in: CertificateNames.names(of: certificate))
    }

    private func write(_ context: ChannelHandlerContext) {
        guard !isOver else { return }
        guard gate.pass() else { return finish(context, .notTried) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            let now = Timestamp.now
            answer = .status(
                Int(head.status.code),
                retryAfter: head.headers["retry-after"].first.flatMap { retryAfter($0, now: now) })
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            timers.append(
                context.eventLoop.scheduleTask(in: DeliveryClient.bodyTimeMax) {
                    let (handler, context) = bound.value
                    handler.finish(context, .failed("No answer came in time."))
                })
        case .body: break
        case .end: finish(context, .failed("The connection ended before an answer."))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(context, .failed("The connection ended before an answer."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let why =
            switch error {
            case is AnswerTooLong: "The answer is too long."
            case is HTTPParserError: "The answer is not HTTP."
            case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: "TLS failed: \(Self.words(error))"
            default: "The connection failed."
            }
        finish(context, .failed(why))
    }

    /// The part of a TLS failure that people can act upon: the certificate, or something else.
    private static func words(_ error: any Error) -> String {
        let text = "\(error)"
        return text.contains("CERTIFICATE_VERIFY_FAILED") || error is NIOSSLExtraError
            ? notValid : "no connection could be agreed upon."
    }

    /// Ends with the status that came, else with `otherwise`; the second time does nothing.
    private func finish(_ context: ChannelHandlerContext, _ otherwise: DeliveryAnswer) {
        guard !isOver else { return }
        isOver = true
        for timer in timers { timer.cancel() }
        timers = []
        end.succeed(answer ?? otherwise)
        context.close(promise: nil)
    }
}
