import NIOCore
import NIOEmbedded
import Testing

@testable import Ingress

/// What one connection may keep in memory: one below, at and one above each bound.
struct ConnectionLimitTests {
    /// Counts the reads that reach the socket.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    @Test(arguments: [(999, true), (1_000, true), (1_001, false)])
    func `behind a request under way so much is read, and no more until it is answered`(
        bytes: Int, isRead: Bool
    ) throws {
        var configuration = RunningServer.configuration()
        configuration.heldBytesMax = 1_000
        let sink = RecordingSink(nil)
        let channel = EmbeddedChannel()
        let counter = ReadCounter()
        try channel.pipeline.syncOperations.addHandler(counter)
        try ConnectionPipeline.add(to: channel, LoopContext(configuration, sink: sink, metrics: IngressMetrics()))
        try channel.connect(to: SocketAddress(ipAddress: "203.0.113.9", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(string: "GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n"))
        #expect(sink.waitingCount == 1)
        try channel.writeInbound(ByteBuffer(repeating: 0x61, count: bytes))
        let before = counter.count
        channel.read()
        #expect((counter.count > before) == isRead)
        sink.answerWaiting(.stored)
        channel.embeddedEventLoop.run()
        #expect(counter.count > before)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test(arguments: [(999, true), (1_000, true), (1_001, false)])
    func `unfinished bodies of a loop have so much room together`(bytes: Int, hasRoom: Bool) {
        var configuration = RunningServer.configuration()
        configuration.bodyBytesMax = 10
        configuration.unfinishedBodyBytesMax = 1_000
        let loop = LoopContext(configuration, sink: RecordingSink(), metrics: IngressMetrics())
        #expect(loop.reserve(unfinishedBodyBytes: 1))
        #expect(loop.reserve(unfinishedBodyBytes: bytes - 1) == hasRoom)
        loop.release(unfinishedBodyBytes: 1)
        #expect(loop.reserve(unfinishedBodyBytes: hasRoom ? 1_001 - bytes : 1_000))
        #expect(!loop.reserve(unfinishedBodyBytes: 1))
    }

    @Test(arguments: [1_023, 1_024, 1_025])
    func `a token in the query is compared up to its bound`(bytes: Int) {
        let token = [UInt8](repeating: 0x54, count: bytes)
        let query = Array("token=".utf8) + token + Array("&a=b".utf8)
        let found = query.withUnsafeBytes { QueryToken(query: 0..<query.count, of: $0) }
        #expect(found.token == (bytes <= QueryToken.valueBytesMax ? token : nil))
        #expect(found.rest == Array("token=&a=b".utf8))
    }

    @Test(arguments: [4_095, 4_096, 4_097])
    func `a PROXY header has its longest length`(restBytes: Int) {
        let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
        let front = signature + [0x21, 0x11, UInt8(restBytes >> 8), UInt8(restBytes & 0xFF)]
        let bytes = front + [UInt8](repeating: 1, count: restBytes)
        let isTaken = restBytes <= ProxyHeader.restBytesMax
        let reading = bytes.withUnsafeBytes(ProxyHeader.read)
        #expect((reading == .invalid) != isTaken)
        // One that is too long is refused by its first 16 bytes.
        #expect((front.withUnsafeBytes(ProxyHeader.read) == .invalid) != isTaken)
    }
}
