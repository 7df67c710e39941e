import Domain
import Testing

@testable import Providers

struct ProviderRegistryTests {
    @Test func `the standard registry knows three sources`() {
        #expect(ProviderRegistry.standard.sources == [.nxteleInbound, .nxteleReceipt, .onoffSMS])
    }

    @Test func `every source finds its own parser`() {
        let registry = ProviderRegistry.standard
        #expect(registry.parser(for: .nxteleReceipt) is NXTeleReceiptParser)
        #expect(registry.parser(for: .nxteleInbound) is NXTeleInboundParser)
        #expect(registry.parser(for: .onoffSMS) is OnoffLogParser)
    }

    @Test func `every source is a named provider's, and every named provider has one`() {
        let registry = ProviderRegistry.standard
        #expect(registry.parser(for: .nxteleReceipt)?.provider == "nxtele")
        #expect(registry.parser(for: .nxteleInbound)?.provider == "nxtele")
        #expect(registry.parser(for: .onoffSMS)?.provider == "onoff")
        #expect(
            Set(registry.sources.compactMap { registry.parser(for: $0)?.provider }) == Set(ProviderName.all))
    }

    @Test func `a source of a newer version has no parser here`() {
        #expect(ProviderRegistry.standard.parser(for: WebhookSource(rawValue: "carrier-pigeon")) == nil)
    }

    @Test func `reason codes are stable and told apart`() {
        #expect(
            Set(ParseFailure.Reason.allCases.map(\.rawValue)) == [
                "empty", "missing-field", "wrong-type", "bad-number", "bad-phone", "bad-value", "nul-byte",
                "invalid-utf8", "control-character", "too-long", "too-large", "too-deep", "malformed-json",
                "lone-surrogate",
            ])
    }
}
