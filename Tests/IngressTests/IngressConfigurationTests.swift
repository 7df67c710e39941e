import Runtime
import TestSupport
import Testing

@testable import Ingress

struct IngressConfigurationTests {
    @Test func `the settings become a configuration`() throws {
        let reader = SettingsReader(environment: [
            "POSTROOM_INGRESS_LISTEN": "0.0.0.0:80", "POSTROOM_RAW_LISTEN": "[::1]:81",
            "POSTROOM_ONOFF_API_KEYS": "K, shop:L", "POSTROOM_NXTELE_TOKENS": "T",
            "POSTROOM_NXTELE_DR_PATHS": "/a, /b/c",
            "POSTROOM_NXTELE_ACCESSKEY": "ak", "POSTROOM_NXTELE_ACCESSSECRET": "as",
            "POSTROOM_ALLOWED_IPS": "192.0.2.0/24", "POSTROOM_TRUSTED_PROXIES": "10.0.0.0/8,::1",
            "POSTROOM_MAX_BODY_BYTES": "1000", "POSTROOM_SHUTDOWN_GRACE": "5s",
        ])
        let configuration = IngressConfiguration(reading: reader)
        try reader.finish()
        #expect(configuration.listen == ListenAddress(host: "0.0.0.0", port: 80))
        #expect(configuration.rawListen == ListenAddress(host: "::1", port: 81))
        #expect(configuration.onoffKeys.description == "2 credentials")
        #expect(configuration.nxteleTokens.description == "1 credentials")
        #expect(configuration.nxteleSignature != nil)
        #expect(configuration.receiptAliases == ["/a", "/b/c"])
        #expect(configuration.allowedAddresses.map(\.description) == ["192.0.2.0/24"])
        #expect(configuration.trustedProxies.map(\.description) == ["10.0.0.0/8", "::1/128"])
        #expect(configuration.bodyBytesMax == 1_000)
        #expect(configuration.shutdownGrace == .milliseconds(2_500))
    }

    @Test func `without settings there are defaults, and every route is closed`() throws {
        let reader = SettingsReader(environment: [:], toleratesMissing: true)
        let configuration = IngressConfiguration(reading: reader)
        try reader.finish()
        #expect(configuration.rawListen == nil)
        #expect(configuration.onoffKeys.isEmpty)
        #expect(configuration.nxteleTokens.isEmpty)
        #expect(configuration.nxteleSignature == nil)
        #expect(configuration.bodyBytesMax == 65_536)
    }

    @Test func `every problem is reported at once, and no secret in any`() throws {
        let reader = SettingsReader(environment: [
            "POSTROOM_NXTELE_DR_PATHS": "no-slash,/a/,/a b,/v1/onoff/sms,/v1/nxtele/dr/x,/a,/a,/b%20",
            "POSTROOM_NXTELE_ACCESSKEY": "hidden", "POSTROOM_ALLOWED_IPS": "10.0.0.1/8,nonsense",
            "POSTROOM_TRUSTED_PROXIES": "300.0.0.1",
        ])
        _ = IngressConfiguration(reading: reader)
        let failure = try #require(throws: SettingsProblems.self) { try reader.finish() }
        #expect(failure.problems.count { $0.hasPrefix("POSTROOM_NXTELE_DR_PATHS: item") } == 7)
        #expect(failure.problems.count { $0.hasPrefix("POSTROOM_ALLOWED_IPS: ") } == 2)
        #expect(failure.problems.count { $0.hasPrefix("POSTROOM_TRUSTED_PROXIES: ") } == 1)
        #expect(failure.problems.count { $0.hasPrefix("POSTROOM_NXTELE_ACCESSSECRET: ") } == 1)
        #expect(!failure.description.contains("hidden"))
    }

    @Test func `an ingress that nobody could call is a problem`() throws {
        // A misspelt name opens nothing.
        let reader = SettingsReader(environment: ["POSTROOM_NXTELE_TOKEN": "T", "POSTROOM_ALLOWED_IPS": "192.0.2.1"])
        _ = IngressConfiguration(reading: reader)
        let failure = try #require(throws: SettingsProblems.self) { try reader.finish() }
        #expect(failure.problems.count == 1)
        #expect(failure.problems[0].hasPrefix("POSTROOM_NXTELE_TOKENS: nobody could call; "), "\(failure)")
        #expect(reader.warnings == ["POSTROOM_NXTELE_TOKEN is not a setting of this version and was ignored."])
    }

    @Test(
        arguments: [
            (["POSTROOM_NXTELE_TOKENS": "T", "POSTROOM_ONOFF_API_KEYS": "K"], []),
            (["POSTROOM_NXTELE_TOKENS": "T"], ["/v1/onoff/sms setting=POSTROOM_ONOFF_API_KEYS"]),
            (
                ["POSTROOM_ONOFF_API_KEYS": "K"],
                ["/v1/nxtele/dr setting=POSTROOM_NXTELE_TOKENS", "/v1/nxtele/mo setting=POSTROOM_NXTELE_TOKENS"]
            ),
            (
                ["POSTROOM_NXTELE_ACCESSKEY": "a", "POSTROOM_NXTELE_ACCESSSECRET": "s"],
                ["/v1/onoff/sms setting=POSTROOM_ONOFF_API_KEYS", "/v1/nxtele/dr setting=POSTROOM_NXTELE_TOKENS"]
            ),
            (
                [
                    "POSTROOM_NXTELE_DR_PATHS": "/a", "POSTROOM_ALLOWED_IPS": "192.0.2.1",
                    "POSTROOM_ONOFF_API_KEYS": "K",
                ],
                ["/v1/nxtele/mo setting=POSTROOM_NXTELE_TOKENS"]
            ),
        ] as [([String: String], [String])])
    func `every closed route is told`(environment: [String: String], closed: [String]) throws {
        let reader = SettingsReader(environment: environment)
        let configuration = IngressConfiguration(reading: reader)
        try reader.finish()
        let log = TestLog()
        configuration.warnOfClosedRoutes(log.logger)
        #expect(log.lines == closed.map { "warning a route is closed, as nobody can call it path=\($0)" })
    }

    @Test(arguments: ["/", "?", "#", "%", "&"])
    func `a token that a URL takes for something else is warned about, and a key is not`(character: String) throws {
        let text = "hidden0123456789\(character)hidden"
        let reader = SettingsReader(environment: ["POSTROOM_NXTELE_TOKENS": "shop:\(text), 0123456789abcdef"])
        _ = IngressConfiguration(reading: reader)
        try reader.finish()
        let warning = try #require(reader.warnings.first)
        #expect(reader.warnings.count == 1)
        #expect(warning.hasPrefix("POSTROOM_NXTELE_TOKENS: a token of account shop (not shown) "))
        #expect(warning.contains("openssl rand -hex 32") && !warning.contains("hidden"))

        let keys = SettingsReader(environment: ["POSTROOM_ONOFF_API_KEYS": text])
        _ = IngressConfiguration(reading: keys)
        try keys.finish()
        #expect(keys.warnings == [])
    }

    @Test func `a short key or token is warned about, and works`() throws {
        let reader = SettingsReader(environment: [
            "POSTROOM_NXTELE_TOKENS": "hidden012345678,hidden0123456789",
            "POSTROOM_ONOFF_API_KEYS": "shop:hidden012345678,shop:hidden0123456789",
        ])
        let configuration = IngressConfiguration(reading: reader)
        try reader.finish()
        #expect(configuration.nxteleTokens.description == "2 credentials")
        #expect(
            reader.warnings.map { $0.prefix { $0 != "(" } } == [
                "POSTROOM_ONOFF_API_KEYS: a key of account shop ", "POSTROOM_NXTELE_TOKENS: a key of account default ",
            ])
        #expect(!reader.warnings.joined().contains("hidden"))
    }

    @Test(arguments: [
        (["POSTROOM_NXTELE_TOKENS": "T"], true), (["POSTROOM_ALLOWED_IPS": "192.0.2.1"], true), ([:], false),
        (["POSTROOM_ONOFF_API_KEYS": "K"], false),
    ])
    func `an alias needs tokens or an allow list`(others: [String: String], isFine: Bool) {
        let reader = SettingsReader(
            environment: others.merging(["POSTROOM_NXTELE_DR_PATHS": "/a"]) { left, _ in left })
        _ = IngressConfiguration(reading: reader)
        #expect(((try? reader.finish()) != nil) == isFine)
    }
}
