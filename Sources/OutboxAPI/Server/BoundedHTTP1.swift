import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1 with ``ConnectionBounds`` after its parser, and with bounds of what a connection holds.
///
/// There may be thousands of connections, and nobody needs a key to open them, to ask, and to read nothing: each bound times
/// their number is a share of the memory that a unit has, and that of the kernel's buffers counts there, too. What the kernel
/// takes in from clients that go on sending is not bounded here: they have to upload as much.
struct BoundedHTTP1: ServerChildChannel {
    /// Bytes that a connection takes before its client reads them; one answer more waits besides.
    static let unreadBytes = ChannelOptions.Types.WriteBufferWaterMark(low: 4_096, high: 16_384)

    /// Bytes that the kernel takes before the client reads them; it doubles the number, for what they cost it. Left alone it
    /// takes up to 4 MB. It is also what may be under way to a distant client: over 100 ms it gets some 200 KB a second.
    static let kernelUnreadBytes = ChannelOptions.Types.SocketOption.Value(16_384)

    /// The most bytes read at once; NIO keeps a buffer of them for each connection.
    static let readBytesMax = 4_096

    let http: HTTP1Channel
    let exchangeTimeMax: TimeAmount
    let untaken: UntakenAnswers

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            if let options = channel.syncOptions {
                try options.setOption(.writeBufferWaterMark, value: Self.unreadBytes)
                try options.setOption(.socketOption(.so_sndbuf), value: Self.kernelUnreadBytes)
                try options.setOption(.maxMessagesPerRead, value: 1)
                try options.setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: Self.readBytesMax))
            }
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(
                ConnectionBounds(exchangeTimeMax: exchangeTimeMax, untaken: untaken), position: .after(parser))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}
