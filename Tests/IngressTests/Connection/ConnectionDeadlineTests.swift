import NIOCore
import NIOEmbedded
import Testing

@testable import Ingress

/// On a clock that moves when told to: when exactly a connection's patience ends.
struct ConnectionDeadlineTests {
    /// Closing one direction, which an embedded channel takes for closing both.
    private final class HalfClosing: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            if mode == .output {
                promise?.succeed(())
            } else {
                context.close(mode: mode, promise: promise)
            }
        }
    }

    private struct Connection {
        let channel: EmbeddedChannel
        let sink: RecordingSink

        init(_ sink: RecordingSink = RecordingSink()) throws {
            self.sink = sink
            channel = EmbeddedChannel()
            try channel.pipeline.syncOperations.addHandler(HalfClosing())
            let context = LoopContext(RunningServer.configuration(), sink: sink, metrics: IngressMetrics())
            try ConnectionPipeline.add(to: channel, context)
            try channel.connect(to: SocketAddress(ipAddress: "203.0.113.9", port: 1)).wait()
        }

        func send(_ text: String) throws {
            try channel.writeInbound(ByteBuffer(string: text))
        }

        func pass(_ time: TimeAmount) {
            channel.embeddedEventLoop.advanceTime(by: time)
        }

        /// What was written since the last look.
        func received() throws -> String {
            var text = ""
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
            return text
        }
    }

    @Test func `a connection without a byte is closed after ten seconds, silently`() throws {
        let connection = try Connection()
        connection.pass(.milliseconds(9_999))
        #expect(connection.channel.isActive)
        connection.pass(.milliseconds(1))
        #expect(!connection.channel.isActive)
        #expect(try connection.received() == "")
    }

    @Test func `a head has ten seconds from its first byte, however it drips`() throws {
        let connection = try Connection()
        connection.pass(.seconds(5))
        for byte in "GET /v1/n" {
            try connection.send(String(byte))
            connection.pass(.seconds(1))
        }
        #expect(try connection.received() == "")
        connection.pass(.milliseconds(999))
        #expect(try connection.received() == "")
        connection.pass(.milliseconds(1))
        #expect(try connection.received().hasPrefix("HTTP/1.1 408 "))
        connection.pass(.seconds(2))
        #expect(!connection.channel.isActive)
    }

    @Test func `a body has ten seconds from its head's end`() throws {
        let connection = try Connection()
        try connection.send("POST /v1/nxtele/dr/T HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
        for _ in 0..<9 {
            try connection.send("a")
            connection.pass(.seconds(1))
        }
        connection.pass(.milliseconds(999))
        #expect(try connection.received() == "")
        connection.pass(.milliseconds(1))
        #expect(try connection.received().hasPrefix("HTTP/1.1 408 "))
        #expect(connection.sink.webhooks.isEmpty)
    }

    @Test func `a kept connection has 75 seconds for its next request, and that again ten`() throws {
        let connection = try Connection()
        try connection.send("GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n")
        #expect(try connection.received().hasPrefix("HTTP/1.1 200 "))
        connection.pass(.seconds(74))
        try connection.send("G")
        connection.pass(.milliseconds(9_999))
        try connection.send("ET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n")
        #expect(try connection.received().hasPrefix("HTTP/1.1 200 "))
        connection.pass(.milliseconds(74_999))
        #expect(connection.channel.isActive)
        connection.pass(.milliseconds(1))
        #expect(!connection.channel.isActive)
        #expect(try connection.received() == "")
    }

    @Test func `the store is waited for without a deadline of ours`() throws {
        let connection = try Connection(RecordingSink(nil))
        try connection.send("GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n")
        connection.pass(.seconds(200))
        #expect(connection.channel.isActive)
        connection.sink.answerWaiting(.stored)
        connection.channel.embeddedEventLoop.run()
        #expect(try connection.received().hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `what a refused client still sends is dropped, for two seconds or 256 KiB`() throws {
        let patient = try Connection()
        try patient.send("POST /v1/nxtele/dr/x HTTP/1.1\r\nContent-Length: 1000\r\n\r\n")
        #expect(try patient.received().hasPrefix("HTTP/1.1 404 "))
        try patient.send("GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n")
        patient.pass(.milliseconds(1_999))
        #expect(patient.channel.isActive)
        patient.pass(.milliseconds(1))
        #expect(!patient.channel.isActive)
        #expect(patient.sink.webhooks.isEmpty)
        let loud = try Connection()
        try loud.send("POST /v1/nxtele/dr/x HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n")
        try loud.send(String(repeating: "a", count: 262_144))
        #expect(loud.channel.isActive)
        try loud.send("a")
        #expect(!loud.channel.isActive)
    }

    @Test func `a client that only stopped sending gets its answers`() throws {
        let connection = try Connection(RecordingSink(nil))
        try connection.send("GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\nGET /v1/nxtele/dr/T HTTP/1.1\r\n\r\nGET /v1")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        for _ in 0..<2 {
            #expect(connection.channel.isActive)
            connection.sink.answerWaiting(.stored)
            connection.channel.embeddedEventLoop.run()
            #expect(try connection.received().hasPrefix("HTTP/1.1 200 "))
        }
        #expect(!connection.channel.isActive)
        #expect(connection.sink.webhooks.count == 2)
    }
}
