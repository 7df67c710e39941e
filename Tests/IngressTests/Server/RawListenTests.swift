import Runtime
import TestSupport
import Testing

@testable import Ingress

/// Over real sockets: the listener behind a TCP-mode balancer.
struct RawListenTests {
    private static func configuration() -> IngressConfiguration {
        var configuration = RunningServer.configuration()
        configuration.rawListen = ListenAddress(host: "127.0.0.1", port: 0)
        return configuration
    }

    @Test func `a connection's requests come from whom its header names`() async throws {
        let sink = RecordingSink()
        try await RunningServer.run(Self.configuration(), sink: sink) { server in
            let port = try #require(server.rawPort)
            let probe = try await HTTPProbe.open(port: port)
            for byte in ProxyHeaderTests.tcp4 { try await probe.send([byte]) }
            for _ in 0..<2 {
                try await probe.send("GET /v1/nxtele/dr/T?a=b c HTTP/1.1\r\n\r\n")
                #expect(try await probe.receive().text == "success")
            }
            let checked = try await HTTPProbe.open(port: port)
            let local = ProxyHeaderTests.header(command: 0x20, family: 0, rest: [])
            try await checked.send(local + Array(post("/v1/nxtele/dr/T", "a").utf8))
            #expect(try await checked.receive().status == 200)
        }
        #expect(sink.webhooks.map(\.remoteAddress) == ["203.0.113.9", "203.0.113.9", "127.0.0.1"])
    }

    @Test func `a connection without the header is closed`() async throws {
        let sink = RecordingSink()
        try await RunningServer.run(Self.configuration(), sink: sink) { server in
            let probe = try await HTTPProbe.open(port: try #require(server.rawPort))
            try await probe.send(post("/v1/nxtele/dr/T", "a"))
            #expect(try await probe.isClosedByServer())
        }
        #expect(sink.webhooks.isEmpty)
    }

    @Test func `where proxies are named, nobody else speaks for clients`() async throws {
        let sink = RecordingSink()
        var configuration = Self.configuration()
        configuration.trustedProxies = [try #require(AddressRange("192.0.2.0/24"))]
        try await RunningServer.run(configuration, sink: sink) { server in
            let probe = try await HTTPProbe.open(port: try #require(server.rawPort))
            try await probe.send(ProxyHeaderTests.tcp4 + Array(post("/v1/nxtele/dr/T", "a").utf8))
            #expect(try await probe.isClosedByServer())
        }
        #expect(sink.webhooks.isEmpty)
    }

    @Test func `a header that does not come in time closes the connection`() async throws {
        var configuration = Self.configuration()
        configuration.headTimeout = .milliseconds(50)
        try await RunningServer.run(configuration) { server in
            let probe = try await HTTPProbe.open(port: try #require(server.rawPort))
            try await probe.send(Array(ProxyHeaderTests.tcp4.prefix(10)))
            #expect(try await probe.isClosedByServer())
        }
    }
}
