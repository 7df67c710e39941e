import Domain
import Providers
import Runtime
import TestSupport
import Testing

@testable import Sending

@Suite struct `The time of a call` {
    @Test func `bounds the whole answer, also one that begins and then stands still`() async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
        let receiver = try WebhookReceiver { _, _ in .drip(Array(answer.utf8)) }
        defer { receiver.close() }
        let timeout = Duration.seconds(6)
        let client = ProviderClient(url: "http://127.0.0.1:\(receiver.port)", callsMax: 1, timeout: timeout)
        let call = NXTeleSender(NXTeleAccess(appKey: "a", secretKey: "s")).balance(at: .now)
        // By the client's own rule it would go on for as long again, from its last byte.
        await #expect(throws: ReplyTooSlow.self) { try await client.reply(to: call, timeout: timeout) }
        try await client.shutDown()
    }
}
