import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1 with ``ConnectionBounds`` after its parser.
struct BoundedHTTP1: ServerChildChannel {
    /// Bytes that a connection takes before its client reads them; one answer more waits besides. NIO's own 64 KiB, times
    /// the connections there may be, is the memory that a unit has.
    static let unreadBytes = ChannelOptions.Types.WriteBufferWaterMark(low: 4_096, high: 16_384)

    let http: HTTP1Channel
    let exchangeTimeMax: TimeAmount
    let untaken: UntakenAnswers

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: Self.unreadBytes)
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(
                ConnectionBounds(exchangeTimeMax: exchangeTimeMax, untaken: untaken), position: .after(parser))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}
