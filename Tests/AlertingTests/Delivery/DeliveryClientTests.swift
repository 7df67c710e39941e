import Domain
import Foundation
import NIOSSL
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Alerting
@testable import Store

@Suite struct `The client of deliveries` {
    private static let id = NotificationID(rawValue: 0x0190_a3c0_0000_7000_8000_0000_0000_0001)
    private static let secret = EndpointSecret(bytes: Array(1...32))

    private func client(
        exempt: [String] = ["127.0.0.0/8", "::1"], resolver: any HostResolver = TestResolver(),
        trustRoots: NIOSSLTrustRoots = .default, resolveTimeMax: Duration = DeliveryClient.resolveTimeMaxDefault
    ) throws -> DeliveryClient {
        let ranges = exempt.compactMap { AddressRange($0) }
        return try DeliveryClient(
            policy: DestinationPolicy(allowsPlainHTTP: !ranges.isEmpty, exemptRanges: ranges), resolver: resolver,
            trustRoots: trustRoots, resolveTimeMax: resolveTimeMax)
    }

    private func post(
        _ client: DeliveryClient, _ url: String, gate: CallGate = CallGate(until: .now.advanced(by: .seconds(60))),
        timeout: Duration = .seconds(40), told tell: @escaping @Sendable (DeliveryAnswer) -> Void = { _ in }
    ) async -> DeliveryAnswer {
        let content = NotificationContent(
            kind: "alert.test", lastAt: Timestamp(microseconds: 1_700_000_000_000_000), data: #"{"a": 1}"#)
        let request = DeliveryRequest(
            id: Self.id, content: content, secrets: [Self.secret], now: .now)
        let answers = Mutex<[DeliveryAnswer]>([])
        await client.post(request, to: url, gate: gate, timeout: timeout) { answer in
            answers.withLock { $0.append(answer) }
            tell(answer)
        }
        let told = answers.withLock { $0 }
        #expect(told.count == 1)
        return told.first ?? .failed("Nothing was told.")
    }

    @Test func `posts the signed body to the path`() async throws {
        try await withReceiver { receiver in
            let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/hook?a=b")
            #expect(answer == .status(204, retryAfter: nil))
            let request = try #require(receiver.requests.first)
            #expect(request.line == "POST /hook?a=b HTTP/1.1")
            #expect(request.headers["host"] == "127.0.0.1:\(receiver.port)")
            #expect(request.headers["content-type"] == "application/json")
            #expect(request.headers["webhook-id"] == "\(Self.id)")
            let verifier = try #require(WebhookVerifier(secret: Self.secret.text.revealed))
            #expect(verifier.verifies(request.headers, request.body))
            #expect(!verifier.verifies(request.headers, request.body + [0x20]))
        }
    }

    @Test func `connects to the address that was checked, whatever DNS says afterwards`() async throws {
        try await withReceiver { allowed in
            try await withReceiver(address: 0x7F00_0002, port: allowed.port) { forbidden in
                let resolver = TestResolver(["127.0.0.1"], ["127.0.0.2"])
                let client = try client(exempt: ["127.0.0.1"], resolver: resolver)
                let url = "http://hooks.example.com:\(allowed.port)/"
                #expect(await post(client, url) == .status(204, retryAfter: nil))
                #expect(resolver.count == 1 && allowed.requests.count == 1)
                #expect(allowed.requests.first?.headers["host"] == "hooks.example.com:\(allowed.port)")
                // The next delivery asks, and checks, anew.
                let second = await post(client, url)
                #expect(second == .blocked("Its host leads to an address that is not allowed: loopback."))
                #expect(forbidden.connectionCount == 0)
            }
        }
    }

    @Test(arguments: [
        "127.0.0.1", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "10.0.0.1", "169.254.169.254", "fd00::1", "fe80::1",
        "64:ff9b::7f00:1", "0.0.0.0", "::",
    ])
    func `does not connect to what is no public address, of whichever family`(address: String) async throws {
        try await withReceiver { receiver in
            let client = try client(exempt: [], resolver: TestResolver([address]))
            let answer = await post(client, "https://hooks.example.com:\(receiver.port)/")
            guard case .blocked = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(receiver.connectionCount == 0)
        }
    }

    @Test func `leaves out the private ones of a host's addresses`() async throws {
        try await withReceiver { allowed in
            try await withReceiver(address: 0x7F00_0002, port: allowed.port) { forbidden in
                let client = try client(exempt: ["127.0.0.1"], resolver: TestResolver(["127.0.0.2", "127.0.0.1"]))
                #expect(
                    await post(client, "http://hooks.example.com:\(allowed.port)/") == .status(204, retryAfter: nil))
                #expect(forbidden.connectionCount == 0)
            }
        }
    }

    @Test func `tries the other addresses where one refuses`() async throws {
        try await withReceiver { receiver in
            let client = try client(resolver: TestResolver(["::1", "127.0.0.3", "127.0.0.1"]))
            #expect(await post(client, "http://hooks.example.com:\(receiver.port)/") == .status(204, retryAfter: nil))
        }
    }

    @Test func `takes one of the other family second, and a few at most`() async throws {
        let names = ["2001:4860::1", "2001:4860::2", "2001:4860::3", "2001:4860::4", "8.8.8.8"]
        let policy = DestinationPolicy()
        let destination = try await policy.resolve(
            policy.read("https://hooks.example.com/"), by: TestResolver(names))
        let order = DeliveryClient.inOrder(destination.endpoints).map { "\($0.address)" }
        #expect(order == ["2001:4860::1", "8.8.8.8", "2001:4860::2", "2001:4860::3"])
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `follows no redirect`(code: Int) async throws {
        try await withReceiver { target in
            let location = "Location: http://127.0.0.1:\(target.port)/"
            try await withReceiver(reply: { _, _ in .status(code, headers: [location]) }) { receiver in
                let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/")
                #expect(answer == .status(code, retryAfter: nil))
                #expect(target.connectionCount == 0)
            }
        }
    }

    @Test func `reads Retry-After`() async throws {
        try await withReceiver(reply: { _, _ in .status(429, headers: ["Retry-After: 120"]) }) { receiver in
            let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/")
            #expect(answer == .status(429, retryAfter: .seconds(120)))
        }
    }

    @Test func `does not wait longer than its time, however slowly the answer comes`() async throws {
        let slow = Array("HTTP/1.1 200 OK\r\nX-A: \(String(repeating: "a", count: 100_000))\r\n\r\n".utf8)
        for reply in [WebhookReceiver.Reply.drip(slow), .silence] {
            try await withReceiver(reply: { _, _ in reply }) { receiver in
                let answer = await post(
                    try client(), "http://127.0.0.1:\(receiver.port)/", timeout: .milliseconds(1_500))
                #expect(answer == .failed("No answer came in time."))
            }
        }
    }

    @Test func `takes the status, and leaves a body without end`() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n".utf8)
        let chunk = [UInt8](repeating: 0x61, count: 65_536)
        try await withReceiver(reply: { _, _ in .endless(chunk, after: head) }) { receiver in
            #expect(await post(try client(), "http://127.0.0.1:\(receiver.port)/") == .status(200, retryAfter: nil))
            // What the two sockets' buffers take is bounded; it ends because we have closed.
            var sent = -1
            try await eventually(every: .milliseconds(300), "it can send no more") {
                defer { sent = receiver.bytesSent }
                return sent == receiver.bytesSent
            }
            #expect(sent < 64 << 20)
        }
    }

    @Test func `takes the status of an answer that never ends`() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc".utf8)
        try await withReceiver(reply: { _, _ in .drip(head) }) { receiver in
            let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/")
            #expect(answer == .status(200, retryAfter: nil))
        }
    }

    @Test func `refuses headers without end`() async throws {
        let line = Array("X-A: \(String(repeating: "a", count: 1_000))\r\n".utf8)
        try await withReceiver(reply: { _, _ in .endless(line, after: Array("HTTP/1.1 200 OK\r\n".utf8)) }) {
            receiver in
            let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/")
            #expect(answer == .failed("The answer is too long."))
        }
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9.9 200\r\n\r\n", "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    ])
    func `takes garbage for a failure`(text: String) async throws {
        try await withReceiver(reply: { _, _ in .bytes(Array(text.utf8)) }) { receiver in
            let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/")
            guard case .failed = answer else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    @Test func `takes a connection that closes, or cannot be made, for a failure`() async throws {
        let port = try await withReceiver(reply: { _, _ in .close }) { receiver in
            let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/")
            #expect(answer == .failed("The connection ended before an answer."))
            return receiver.port
        }
        // Nothing but a port of the kernel's choice listens on 127.0.0.9.
        #expect(await post(try client(), "http://127.0.0.9:\(port)/") == .failed("No connection could be made."))
    }

    @Test func `writes nothing past the gate`() async throws {
        try await withReceiver { receiver in
            let gate = CallGate(until: .now.advanced(by: .milliseconds(-1)))
            let answer = await post(try client(), "http://127.0.0.1:\(receiver.port)/", gate: gate)
            #expect(answer == .notTried)
            #expect(receiver.requests.isEmpty)
        }
    }

    @Test func `goes over plain http only to what is exempt`() async throws {
        let client = try client(resolver: TestResolver(["8.8.8.8"]))
        guard case .blocked(let why) = await post(client, "http://hooks.example.com:8080/") else {
            Issue.record("not blocked")
            return
        }
        #expect(why.contains("http"))
    }

    @Test func `says of an address that is not allowed what it is, whether it stands in the URL or behind its name`()
        async throws
    {
        let why = "Its host leads to an address that is not allowed: privateNetwork."
        let client = try client(resolver: TestResolver(["10.0.0.1"]))
        #expect(await post(client, "https://hooks.example.com/") == .blocked(why))
        #expect(await post(client, "https://10.0.0.1/") == .blocked(why))
    }

    @Test func `takes a host that cannot be resolved for a failure`() async throws {
        let client = try client(resolver: TestResolver())
        #expect(await post(client, "https://hooks.example.com/") == .failed("Its host could not be resolved."))
    }

    @Test func `checks the certificate against the name, whichever address it connects to`() async throws {
        let server = try await TestTLS.start()
        let roots = try TestTLS.roots()
        let resolver = TestResolver(["127.0.0.1"])
        let trusting = try client(resolver: resolver, trustRoots: roots)
        let named = await post(trusting, "https://hooks.example.com:\(server.port)/")
        #expect(named == .status(200, retryAfter: nil))
        let numbered = await post(trusting, "https://127.0.0.1:\(server.port)/")
        #expect(numbered == .status(200, retryAfter: nil))
        let other = await post(trusting, "https://other.example.com:\(server.port)/")
        #expect(other == .failed("TLS failed: the certificate is not valid for the host."))
        let otherNumber = await post(trusting, "https://127.0.0.5:\(server.port)/")
        #expect(otherNumber != .status(200, retryAfter: nil))
        let stranger = await post(try client(resolver: resolver), "https://hooks.example.com:\(server.port)/")
        #expect(stranger == .failed("TLS failed: the certificate is not valid for the host."))
        await server.close()
    }

    @Test func `does not speak TLS with what does not`() async throws {
        try await withReceiver(reply: { _, _ in .bytes(Array("hello".utf8)) }) { receiver in
            let answer = await post(try client(), "https://127.0.0.1:\(receiver.port)/", timeout: .seconds(2))
            guard case .failed = answer else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    @Test func `tells in time that a name is not resolved, and stands for the question until it is answered`()
        async throws
    {
        let events = Events()
        let resolver = HeldResolver(events: events)
        let client = try client(resolver: resolver, resolveTimeMax: .milliseconds(1))
        let delivery = Task {
            _ = await post(client, "https://hooks.example.com/") { answer in
                events.add("\(answer == .failed("Its host could not be resolved."))")
                resolver.release()
            }
            events.add("returned")
        }
        await delivery.value
        #expect(events.all == ["true", "answered", "returned"])
    }

    @Test func `a name whose servers are silent holds up no other`() async throws {
        let silence = DispatchSemaphore(value: 0)
        let resolver = SystemResolver(threadCount: 3) { name in
            if name == "silent.example.com" { silence.wait() }
            return []
        }
        async let first = resolver.addresses(of: "silent.example.com")
        async let second = resolver.addresses(of: "silent.example.com")
        #expect(try await resolver.addresses(of: "hooks.example.com").isEmpty)
        silence.signal()
        silence.signal()
        _ = try await (first, second)
        try await resolver.shutDown()
    }

    @Test func `asks the system's resolver`() async throws {
        let resolver = SystemResolver(threadCount: 1)
        let found = try await resolver.addresses(of: "localhost")
        #expect(!found.isEmpty && found.allSatisfy { $0.restrictedUse == .loopback })
        await #expect(throws: ResolverFailure.self) { try await resolver.addresses(of: "name.invalid") }
        try await resolver.shutDown()
    }
}
