import Providers
import Sandbox
import TestSupport
import Testing

@testable import Sending

@Suite struct `What is said of a call without a reply` {
    /// The words for what this client throws where it calls there.
    private static func words(_ url: String) async throws -> String {
        let timeout = Duration.seconds(2)
        let client = ProviderClient(url: url, callsMax: 1, timeout: timeout)
        let call = NXTeleSender(NXTeleAccess(appKey: "a", secretKey: "s")).balance(at: .now)
        var words = "a reply came"
        do { _ = try await client.reply(to: call, timeout: timeout) } catch { words = failureWords(error) }
        try await client.shutDown()
        return words
    }

    @Test func `tells the name, the connection, TLS and the time from each other, and quotes no address`() async throws
    {
        let ending = try WebhookReceiver { _, _ in .close }
        let silent = try WebhookReceiver { _, _ in .silence }
        defer {
            ending.close()
            silent.close()
        }
        // A label may have 63 characters: the resolver refuses it without asking anybody.
        let name = String(repeating: "n", count: 64)
        #expect(try await Self.words("http://\(name).test:80") == "the provider's name led to no address")
        #expect(try await Self.words("http://127.0.0.1:\(try freePort())") == "the connection was refused, or broke")
        #expect(try await Self.words("http://127.0.0.1:\(silent.port)") == "the time was up")
        #expect(try await Self.words("http://127.0.0.1:\(ending.port)") == "the connection was closed")
        // Takes TLS's first message for a request that is none, and says so.
        let plain = SandboxServer()
        try await plain.start()
        #expect(
            try await Self.words("https://127.0.0.1:\(plain.port)")
                == "TLS failed, or the certificate is not to be trusted")
        await plain.stop()
    }
}
