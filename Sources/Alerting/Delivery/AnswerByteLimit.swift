import NIOCore

/// Lets at most `bytesMax` bytes of an answer through, whatever they are: a head without end, or a body.
final class AnswerByteLimit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var left: Int

    init(bytesMax: Int) { left = bytesMax }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        guard left >= count else {
            guard left >= 0 else { return }
            left = -1
            return context.fireErrorCaught(AnswerTooLong())
        }
        left -= count
        context.fireChannelRead(data)
    }
}

/// The answer is longer than any that has a meaning here.
struct AnswerTooLong: Error {}
