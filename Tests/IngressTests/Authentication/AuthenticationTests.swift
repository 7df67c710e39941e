import Runtime
import Testing

@testable import Ingress

struct AuthenticationTests {
    private static let keys = CredentialSet([
        AccountSecret(secret: Secret("old")), AccountSecret(secret: Secret("new")),
        AccountSecret(account: "shop", secret: Secret("shop-key")),
    ])

    @Test(arguments: [
        ("old", "default"), ("new", "default"), ("shop-key", "shop"), ("", nil), ("Old", nil), ("old ", nil),
        ("ol", nil),
        ("shop:shop-key", nil),
    ])
    func `a key belongs to an account, or is none`(key: String, account: String?) {
        #expect(Array(key.utf8).withUnsafeBytes(Self.keys.account(of:)) == account)
    }

    @Test func `no key matches where there is none`() {
        #expect([UInt8]().withUnsafeBytes(CredentialSet([]).account(of:)) == nil)
    }

    @Test func `nothing of a key shows when its set is printed`() {
        #expect("\(Self.keys)" == "3 credentials")
        var text = ""
        dump(Self.keys, to: &text)
        #expect(!text.contains("shop"))
    }

    @Test(arguments: [
        ("x-api-key T", "T"), ("X-API-Key T", "T"), ("x-api-key  T", "T"), ("x-api-key a b", "a b"), ("Bearer T", nil),
        ("x-api-key", nil), ("x-api-key ", nil), ("x-api-keyT", nil), ("", nil), ("T", nil),
    ])
    func `Onoff's scheme is x-api-key`(value: String, token: String?) {
        let bytes = Array(value.utf8)
        let found = bytes.withUnsafeBytes { raw in
            OnoffKey.token(inAuthorization: raw.trimmed(0..<raw.count), of: raw)
        }
        #expect(found.map { String(decoding: bytes[$0], as: UTF8.self) } == token)
    }

    // The published worked example and the two derived digests of providers.md §1.3.
    private static let signature = WebhookSignature(
        accessKey: Secret("fme2na3kdi3ki"), accessSecret: Secret("abciiiko2k3"))

    @Test(arguments: [
        (#"{"name":"牛小信","id":10001}"#, "md5", "87c3560d3331ae23f1021e2025722354", true),
        (#"{"name":"牛小信","id":10001}"#, "", "87c3560d3331ae23f1021e2025722354", true),
        (#"{"name":"牛小信","id":10001}"#, "MD5", "87C3560D3331AE23F1021E2025722354", true),
        (#"{"id":10001,"name":"牛小信"}"#, "md5", "7750759da06333f20d0640be09355e34", true),
        (#"{"id": 10001, "name": "牛小信"}"#, "md5", "d0c24a9886c629330d7f3f2056c65bc2", true),
        ("", "md5", "884afe159e39b6c88a0d6102ca97d704", true),
        (
            #"{"name":"牛小信","id":10001}"#, "sha256",
            "e0eec2c99ef80f269a82795e2223f618ebfc0616c8b6c8c7d438021ec38ad0eb", true
        ),
        (#"{"id":10001,"name":"牛小信"}"#, "md5", "87c3560d3331ae23f1021e2025722354", false),
        (#"{"name":"牛小信","id":10001}"#, "sha256", "87c3560d3331ae23f1021e2025722354", false),
        (#"{"name":"牛小信","id":10001}"#, "sha1", "87c3560d3331ae23f1021e2025722354", false),
        (#"{"name":"牛小信","id":10001}"#, "md5", "87c3560d3331ae23f1021e20257223", false),
        (#"{"name":"牛小信","id":10001}"#, "md5", "87c3560d3331ae23f1021e202572235", false),
        (#"{"name":"牛小信","id":10001}"#, "md5", "", false), (#"{"name":"牛小信","id":10001}"#, "md5", "zz", false),
    ])
    func `a signature holds for exactly its body`(body: String, algorithm: String, sign: String, holds: Bool) {
        #expect(Self.verifies(body: body, algorithm: algorithm, sign: sign) == holds)
    }

    @Test func `a signature holds for exactly its fields`() {
        let body = #"{"name":"牛小信","id":10001}"#
        let sign = "87c3560d3331ae23f1021e2025722354"
        #expect(Self.verifies(body: body, algorithm: "md5", sign: sign))
        #expect(!Self.verifies(accessKey: "other", body: body, algorithm: "md5", sign: sign))
        #expect(!Self.verifies(ts: "1655710885432", body: body, algorithm: "md5", sign: sign))
    }

    private static func verifies(
        accessKey: String = "fme2na3kdi3ki", ts: String = "1655710885431", body: String, algorithm: String, sign: String
    ) -> Bool {
        let text = [accessKey, "send", "1", ts, sign, algorithm, body].map { Array($0.utf8) }
        return text[0].withUnsafeBytes { accessKey in
            text[1].withUnsafeBytes { action in
                text[2].withUnsafeBytes { bizType in
                    text[3].withUnsafeBytes { ts in
                        text[4].withUnsafeBytes { sign in
                            text[5].withUnsafeBytes { algorithm in
                                text[6].withUnsafeBytes { body in
                                    signature.verifies(
                                        WebhookSignature.Fields(
                                            accessKey: accessKey, action: action, bizType: bizType, ts: ts, sign: sign,
                                            algorithm: algorithm), body: body)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
