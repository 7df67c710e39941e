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

    @Test(arguments: [(999, true), (1_000, true), (1_001, false)])
    func `unfinished heads of a loop have so much room together`(bytes: Int, hasRoom: Bool) {
        var configuration = RunningServer.configuration()
        configuration.headBytesMax = 10
        configuration.unfinishedHeadBytesMax = 1_000
        let loop = LoopContext(configuration, sink: RecordingSink(), metrics: IngressMetrics())
        #expect(loop.reserve(unfinishedHeadBytes: 1))
        #expect(loop.reserve(unfinishedHeadBytes: bytes - 1) == hasRoom)
        loop.release(unfinishedHeadBytes: 1)
        #expect(loop.reserve(unfinishedHeadBytes: hasRoom ? 1_001 - bytes : 1_000))
        #expect(!loop.reserve(unfinishedHeadBytes: 1))
        #expect(loop.reserve(unfinishedHeadBytes: -1) && loop.reserve(unfinishedHeadBytes: 1))
    }

    /// Connections of one loop that has room for 1 500 bytes of unfinished heads.
    private struct Heads {
        static let whole = "GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n"
        let loop: LoopContext

        init() {
            var configuration = RunningServer.configuration()
            configuration.headBytesMax = 1_000
            configuration.unfinishedHeadBytesMax = 1_500
            loop = LoopContext(configuration, sink: RecordingSink(), metrics: IngressMetrics())
        }

        /// A connection that has sent so much of a head.
        func begin(_ bytes: Int) throws -> EmbeddedChannel {
            let channel = EmbeddedChannel()
            try ConnectionPipeline.add(to: channel, loop)
            try channel.connect(to: SocketAddress(ipAddress: "203.0.113.9", port: 1)).wait()
            let begun = "GET /v1/nxtele/dr/T HTTP/1.1\r\nA: "
            if bytes > 0 {
                let rest = String(repeating: "a", count: max(0, bytes - begun.utf8.count))
                try channel.writeInbound(ByteBuffer(string: String(begun.prefix(bytes)) + rest))
            }
            return channel
        }
    }

    /// The first line of all that a connection was answered.
    private static func answered(_ channel: EmbeddedChannel) throws -> Substring? {
        var text = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
        return text.split(separator: "\r\n").first
    }

    @Test
    func `beyond the room for unfinished heads one that begins is answered 503, and one that comes whole is taken`()
        throws
    {
        let heads = Heads()
        let first = try heads.begin(900)
        let second = try heads.begin(600)
        for bytes in [1, 600] {
            let refused = try heads.begin(bytes)
            #expect(try Self.answered(refused) == "HTTP/1.1 503 Service Unavailable")
        }
        #expect(try Self.answered(first) == nil)
        let whole = try heads.begin(0)
        try whole.writeInbound(ByteBuffer(string: Heads.whole + Heads.whole))
        #expect(try Self.answered(whole) == "HTTP/1.1 200 OK")
        // It has begun and would go on.
        try second.writeInbound(ByteBuffer(string: "a"))
        #expect(try Self.answered(second) == "HTTP/1.1 503 Service Unavailable")
        let third = try heads.begin(600)
        #expect(try Self.answered(third) == nil)
    }

    @Test func `the room of an unfinished head is given back when it is complete, refused, late, or its client goes`()
        throws
    {
        for end in ["complete", "too large", "malformed", "late", "gone"] {
            let heads = Heads()
            let first = try heads.begin(900)
            #expect(try Self.answered(heads.begin(900)) != nil)
            switch end {
            case "complete": try first.writeInbound(ByteBuffer(string: "\r\n\r\n"))
            case "too large": try first.writeInbound(ByteBuffer(repeating: 0x61, count: 101))
            case "malformed": try first.writeInbound(ByteBuffer(string: "\n"))
            case "late": first.embeddedEventLoop.advanceTime(by: .seconds(10))
            default: _ = try first.finish()
            }
            #expect(try Self.answered(heads.begin(900)) == nil, "\(end)")
            #expect(try Self.answered(heads.begin(900)) != nil, "\(end), once")
        }
    }

    @Test func `a client that takes no answers has a part in that room, and beyond it is closed`() throws {
        let heads = Heads()
        let patient = try heads.begin(0)
        let loud = try heads.begin(0)
        for channel in [patient, loud] {
            channel.isWritable = false
            channel.pipeline.fireChannelWritabilityChanged()
        }
        try patient.writeInbound(ByteBuffer(string: String(repeating: Heads.whole, count: 30)))
        try loud.writeInbound(ByteBuffer(string: String(repeating: Heads.whole, count: 30)))
        #expect(patient.isActive && !loud.isActive)
        #expect(try Self.answered(patient) == nil)
        patient.isWritable = true
        patient.pipeline.fireChannelWritabilityChanged()
        #expect(try Self.answered(patient) == "HTTP/1.1 200 OK")
        #expect(try Self.answered(heads.begin(1_000)) == nil)
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
