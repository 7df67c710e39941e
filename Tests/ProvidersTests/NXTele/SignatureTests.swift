import Providers
import Testing

@Suite struct SignatureTests {
    private static let secret = "abciiiko2k3"
    private static let published = headers(action: "send", bizType: "1")
    private static let send = headers(action: "mtsend", bizType: "3")

    private static func headers(action: String, bizType: String) -> [(name: String, value: String)] {
        [
            (name: "accessKey", value: "fme2na3kdi3ki"), (name: "ts", value: "1655710885431"),
            (name: "bizType", value: bizType), (name: "action", value: action),
        ]
    }

    /// NXTele's published examples: the same data in three spellings has three signatures.
    @Test(arguments: [
        (#"{"name":"牛小信","id":10001}"#, "87c3560d3331ae23f1021e2025722354"),
        (#"{"id":10001,"name":"牛小信"}"#, "7750759da06333f20d0640be09355e34"),
        (#"{"id": 10001, "name": "牛小信"}"#, "d0c24a9886c629330d7f3f2056c65bc2"),
    ])
    func `the documentation's examples have their md5`(body: String, digest: String) {
        let sign = NXTeleSignature.sign(
            Self.published, body: Array(body.utf8), accessSecret: Self.secret, algorithm: .md5)
        #expect(sign == digest)
    }

    @Test func `sha256 hashes the same text`() {
        let sign = NXTeleSignature.sign(
            Self.published, body: Array(#"{"name":"牛小信","id":10001}"#.utf8), accessSecret: Self.secret,
            algorithm: .sha256)
        #expect(sign == "e0eec2c99ef80f269a82795e2223f618ebfc0616c8b6c8c7d438021ec38ad0eb")
    }

    @Test(arguments: [nil, []] as [[UInt8]?])
    func `without a body its part is left out`(body: [UInt8]?) {
        let sign = NXTeleSignature.sign(Self.published, body: body, accessSecret: Self.secret, algorithm: .md5)
        #expect(sign == "884afe159e39b6c88a0d6102ca97d704")
    }

    @Test(arguments: [
        (NXTeleSignature.Algorithm.md5, "8995080f80b5d2605504282d79fa7c1c"),
        (.sha256, "72b2250e897b72cb00b2093eda61aa09a391b4f2e62e656c2dcc537c8d517143"),
    ])
    func `a send is signed`(algorithm: NXTeleSignature.Algorithm, digest: String) {
        let body = #"{"appKey":"demoApp1","phone":"8615088888888","content":"abc"}"#
        let sign = NXTeleSignature.sign(
            Self.send, body: Array(body.utf8), accessSecret: Self.secret, algorithm: algorithm)
        #expect(sign == digest)
    }

    @Test func `the order of the headers, the signature itself and the algorithm do not matter`() {
        let others = [(name: "sign", value: "6e95"), (name: "algorithm", value: "md5")] + Self.published.reversed()
        let sign = NXTeleSignature.sign(others, body: nil, accessSecret: Self.secret, algorithm: .md5)
        #expect(sign == "884afe159e39b6c88a0d6102ca97d704")
    }
}
