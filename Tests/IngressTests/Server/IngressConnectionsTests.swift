import NIOCore
import Runtime
import TestSupport
import Testing

@testable import Ingress

/// Over real sockets: the life of a connection.
struct IngressConnectionsTests {
    private static let receipt = post("/v1/nxtele/dr/T", "status=2")

    @Test func `pipelined requests are answered in order, one at a time`() async throws {
        let sink = RecordingSink(nil)
        try await RunningServer.run(sink: sink) { server in
            let probe = try await HTTPProbe.open(port: server.port)
            try await probe.send(
                Self.receipt + "GET /nowhere HTTP/1.1\r\n\r\n" + post("/v1/onoff/sms", "{}", "x-api-key: K\r\n"))
            try await eventually("the first is with the store") { sink.waitingCount == 1 }
            sink.answerWaiting(.stored)
            #expect(try await probe.receive().text == "success")
            #expect(try await probe.receive().status == 404)
            try await eventually("the third is with the store") { sink.waitingCount == 1 }
            sink.answerWaiting(.stored)
            #expect(try await probe.receive().text == "{}")
        }
        #expect(sink.webhooks.count == 2)
    }

    @Test func `what waits behind a request is bounded, and nothing of it is lost`() async throws {
        let sink = RecordingSink(nil)
        var configuration = RunningServer.configuration()
        configuration.heldBytesMax = 16_384
        try await RunningServer.run(configuration, sink: sink) { server in
            let probe = try await HTTPProbe.open(port: server.port)
            try await probe.send(String(repeating: Self.receipt, count: 2_000))
            for _ in 0..<2_000 {
                while sink.waitingCount == 0 { await Task.yield() }
                sink.answerWaiting(.stored)
                let answer = try await probe.receive()
                guard answer.status == 200 else {
                    Issue.record("status \(answer.status)")
                    return
                }
            }
        }
        #expect(sink.webhooks.count == 2_000)
    }

    @Test(
        arguments: [
            ("HTTP/1.1", "", nil, false), ("HTTP/1.1", "Connection: close\r\n", "close", true),
            ("HTTP/1.0", "", "close", true), ("HTTP/1.0", "Connection: keep-alive\r\n", "keep-alive", false),
        ] as [(String, String, String?, Bool)])
    func `a connection is kept as the client wants`(
        version: String, field: String, answered: String?, closes: Bool
    ) async throws {
        try await RunningServer.run { server in
            let probe = try await HTTPProbe.open(port: server.port)
            try await probe.send("GET /v1/nxtele/dr/T \(version)\r\n\(field)\r\n")
            #expect(try await probe.receive().headers["connection"] == answered)
            if closes {
                #expect(try await probe.isClosedByServer())
            } else {
                try await probe.send(Self.receipt)
                #expect(try await probe.receive().status == 200)
            }
        }
    }

    /// The next request may be another caller's, where a balancer uses the connection again.
    @Test(arguments: ["HTTP/1.1", "HTTP/1.0"], [false, true])
    func `behind an answer that does not say close the next request is taken, whatever was said of the connection`(
        version: String, atOnce: Bool
    ) async throws {
        try await RunningServer.run { server in
            for fields in ConnectionFate.spellings {
                for first in [
                    "GET /nowhere \(version)\r\n\(fields)\r\n",
                    "POST /v1/nxtele/dr/T \(version)\r\n\(fields)Content-Length: 8\r\n\r\nstatus=2",
                ] {
                    let fate = try await ConnectionFate.of(
                        first, next: Self.receipt, atOnce: atOnce, port: server.port)
                    #expect([.ends, .goesOn(nextStatus: 200)].contains(fate), "\(first.debugDescription)")
                }
            }
        }
    }

    @Test(arguments: ["", "Connection: x\r\n", "Proxy-Connection: keep-alive\r\n", "Connection: Keep-Alive\r\n"])
    func `what says nothing of an end costs no connection`(fields: String) async throws {
        try await RunningServer.run { server in
            let fate = try await ConnectionFate.of(
                "GET /nowhere HTTP/1.1\r\n\(fields)\r\n", next: Self.receipt, atOnce: false, port: server.port)
            #expect(fate == .goesOn(nextStatus: 200))
        }
    }

    @Test func `an upgrade is not done, and the connection ends with the answer`() async throws {
        try await RunningServer.run { server in
            let probe = try await HTTPProbe.open(port: server.port)
            try await probe.send(post("/v1/nxtele/dr/T", "status=2", "Connection: Upgrade\r\nUpgrade: h2c\r\n"))
            let answer = try await probe.receive()
            #expect(answer.status == 200)
            #expect(answer.headers["connection"] == "close")
            #expect(try await probe.isClosedByServer())
        }
    }

    @Test(
        arguments: [
            ("POST /v1/nxtele/dr/T HT", 408), ("POST /v1/nxtele/dr/T HTTP/1.1\r\nContent-Length: 8\r\n\r\nstat", 408),
            ("POST /v1/nxtele/dr/T HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", 408), ("", nil),
        ] as [(String, Int?)])
    func `a slow client is told so, a silent one is just closed`(part: String, status: Int?) async throws {
        var configuration = RunningServer.configuration()
        // Long enough that the first bytes are there before it is over, also on a busy machine.
        configuration.headTimeout = .seconds(1)
        configuration.bodyTimeout = .seconds(1)
        let sink = RecordingSink()
        try await RunningServer.run(configuration, sink: sink) { server in
            let probe = try await HTTPProbe.open(port: server.port, sending: part)
            if let status {
                let answer = try await probe.receive()
                #expect(answer.status == status)
                #expect(answer.text == "error")
            }
            #expect(try await probe.isClosedByServer())
        }
        #expect(sink.webhooks.isEmpty)
    }

    @Test func `an idle connection is closed, one that waits for the store is not`() async throws {
        var configuration = RunningServer.configuration()
        // Of this nothing here may come to its end, also on a busy machine.
        configuration.headTimeout = .seconds(60)
        configuration.idleTimeout = .seconds(1)
        let sink = RecordingSink(nil)
        try await RunningServer.run(configuration, sink: sink) { server in
            let busy = try await HTTPProbe.open(port: server.port)
            // Two at once: the second comes out of an idleness that lasted no time.
            try await busy.send(Self.receipt + Self.receipt)
            try await eventually("the store has the first") { sink.waitingCount == 1 }
            sink.answerWaiting(.stored)
            #expect(try await busy.receive().status == 200)
            try await eventually("the store has the second") { sink.waitingCount == 1 }
            // The idleness of two other connections is the measure of time: in the second one's, every connection is
            // looked at that could have been idle since the first one's began.
            for _ in 0..<2 {
                let idle = try await HTTPProbe.open(port: server.port)
                try await idle.send("GET / HTTP/1.1\r\n\r\n")
                #expect(try await idle.receive().status == 404)
                #expect(try await idle.isClosedByServer())
            }
            sink.answerWaiting(.stored)
            #expect(try await busy.receive().status == 200)
            #expect(try await busy.isClosedByServer())
        }
    }

    @Test func `more connections than allowed wait until there is room`() async throws {
        var configuration = RunningServer.configuration()
        configuration.connectionsMax = 2
        try await RunningServer.run(configuration) { server in
            let first = try await HTTPProbe.open(port: server.port)
            let second = try await HTTPProbe.open(port: server.port)
            for probe in [first, second] {
                try await probe.send(Self.receipt)
                #expect(try await probe.receive().status == 200)
            }
            let third = try await HTTPProbe.open(port: server.port)
            try await third.send(Self.receipt)
            // The others are still served while it waits.
            try await first.send(Self.receipt)
            #expect(try await first.receive().status == 200)
            first.close()
            #expect(try await third.receive().status == 200)
        }
    }

    @Test func `unfinished heads have one bound together`() async throws {
        var configuration = RunningServer.configuration()
        configuration.headBytesMax = 1_000
        configuration.unfinishedHeadBytesMax = 1_500
        try await RunningServer.run(configuration) { server in
            let begun = "GET /v1/nxtele/dr/T HTTP/1.1\r\nA: " + String(repeating: "a", count: 800)
            let first = try await HTTPProbe.open(port: server.port)
            try await first.send(begun)
            let refused = try await server.exchange(begun)
            #expect(refused.status == 503)
            #expect(refused.headers["connection"] == "close")
            #expect(try await server.exchange("GET /v1/nxtele/dr/T HTTP/1.1\r\n\r\n").status == 200)
            try await first.send("\r\n\r\n")
            #expect(try await first.receive().status == 200)
            let third = try await HTTPProbe.open(port: server.port)
            try await third.send(begun)
            #expect(try await server.exchange(begun).status == 503)
            third.close()
            try await eventually("a client that went away gives its room back") {
                try await server.exchange(begun + "\r\n\r\n").status == 200
            }
        }
    }

    @Test func `unfinished bodies have one bound together`() async throws {
        var configuration = RunningServer.configuration()
        configuration.bodyBytesMax = 1_000
        configuration.unfinishedBodyBytesMax = 1_500
        try await RunningServer.run(configuration) { server in
            let begun = "POST /v1/nxtele/dr/T HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n"
            let first = try await HTTPProbe.open(port: server.port)
            try await first.send(begun)
            #expect(try await first.receive().status == 100)
            #expect(try await server.exchange(begun).status == 503)
            try await first.send(String(repeating: "a", count: 1_000))
            #expect(try await first.receive().status == 200)
            let third = try await HTTPProbe.open(port: server.port)
            try await third.send(begun)
            #expect(try await third.receive().status == 100)
            third.close()
            try await eventually("a client that went away gives its room back") {
                try await server.exchange(begun).status == 100
            }
        }
    }

    @Test func `the shutdown ends idle connections, finishes requests under way and takes no new ones`() async throws {
        let sink = RecordingSink(nil)
        try await RunningServer.run(sink: sink) { server in
            let idle = try await HTTPProbe.open(port: server.port)
            try await idle.send("GET / HTTP/1.1\r\n\r\n")
            #expect(try await idle.receive().status == 404)
            let busy = try await HTTPProbe.open(port: server.port)
            try await busy.send(Self.receipt + Self.receipt)
            let sending = try await HTTPProbe.open(port: server.port)
            try await sending.send(
                "POST /v1/nxtele/dr/T HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\nstat")
            // So the server has seen it: what it has not begun to read is not under way.
            #expect(try await sending.receive().status == 100)
            try await eventually("the store has it") { sink.waitingCount == 1 }
            await server.shutDown()
            #expect(try await idle.isClosedByServer())
            // Another server may have got the port by now, so what counts is that nothing more reaches this one's store.
            if let late = try? await HTTPProbe.open(port: server.port) { try? await late.send(Self.receipt) }
            #expect(!server.hasEnded())
            try await sending.send("us=2")
            try await eventually("the store has both") { sink.waitingCount == 2 }
            sink.answerWaiting(.stored)
            for probe in [busy, sending] {
                let answer = try await probe.receive()
                #expect(answer.status == 200)
                #expect(answer.headers["connection"] == "close")
                #expect(try await probe.isClosedByServer())
            }
            try await eventually("the server has ended") { server.hasEnded() }
        }
        #expect(sink.webhooks.count == 2)
    }

    @Test func `the shutdown ends with its grace period`() async throws {
        let sink = RecordingSink(nil)
        var configuration = RunningServer.configuration()
        configuration.shutdownGrace = .milliseconds(50)
        try await RunningServer.run(configuration, sink: sink) { server in
            let stuck = try await HTTPProbe.open(port: server.port)
            try await stuck.send(Self.receipt)
            try await eventually("the store has it") { sink.waitingCount == 1 }
            await server.shutDown()
            try await eventually("the server has ended") { server.hasEnded() }
            #expect(try await stuck.isClosedByServer())
        }
    }

    @Test func `a port that is taken is said in a sentence`() async throws {
        try await RunningServer.run { server in
            var configuration = RunningServer.configuration()
            configuration.listen = ListenAddress(host: "127.0.0.1", port: Int(server.port))
            let taken = configuration.listen
            let failure = await #expect(throws: ListenFailure.self) {
                try await RunningServer.run(configuration) { _ in }
            }
            #expect(failure?.description == "cannot listen on \(taken): the port is taken by another process")
        }
    }
}
