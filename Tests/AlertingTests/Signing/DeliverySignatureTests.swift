import Domain
import Foundation
import TestSupport
import Testing

@testable import Alerting

@Suite struct `The signature of a delivery` {
    struct Vector: Sendable {
        let secret: String
        let id: String
        let seconds: Int64
        let body: String
        let signature: String

        var key: EndpointSecret {
            EndpointSecret(bytes: Array(Data(base64Encoded: String(secret.dropFirst(6))) ?? Data()))
        }
        var headers: [String: String] {
            ["webhook-id": id, "webhook-timestamp": "\(seconds)", "webhook-signature": signature]
        }
    }

    /// Of the specification's own libraries.
    static let vectors = [
        Vector(
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: 1_614_265_330, body: #"{"test": 2432232314}"#,
            signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        Vector(
            secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            seconds: 1_649_367_553, body: #"{"email":"test@example.com","username":"test_user"}"#,
            signature: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="),
    ]

    @Test(arguments: vectors)
    func `is the specification's`(vector: Vector) {
        let header = DeliverySignature.header(
            id: vector.id, seconds: vector.seconds, body: Array(vector.body.utf8), secrets: [vector.key])
        #expect(header == vector.signature)
        #expect(vector.key.text.revealed == vector.secret)
    }

    @Test func `has an entry for each secret of a rotation, the current one first`() {
        let (one, two) = (Self.vectors[0], Self.vectors[1])
        let header = DeliverySignature.header(
            id: one.id, seconds: one.seconds, body: Array(one.body.utf8), secrets: [two.key, one.key])
        let entries = header.split(separator: " ")
        #expect(entries.count == 2 && entries[1] == one.signature)
        for secret in [one.secret, two.secret] {
            var headers = one.headers
            headers["webhook-signature"] = header
            #expect(
                WebhookVerifier(secret: secret)?.verifies(headers, Array(one.body.utf8), now: one.seconds) == true)
        }
    }

    // MARK: What the receivers of these tests hold it against: the cases of the specification's libraries.

    private static func verifies(
        _ vector: Vector, secret: String? = nil, now: Int64? = nil,
        _ change: (inout [String: String]) -> Void = { _ in }
    ) -> Bool {
        var headers = vector.headers
        change(&headers)
        return WebhookVerifier(secret: secret ?? vector.secret)?
            .verifies(headers, Array(vector.body.utf8), now: now ?? vector.seconds) == true
    }

    @Test(arguments: vectors)
    func `verifies, with and without the prefix, within five minutes, anywhere in the list`(vector: Vector) {
        #expect(Self.verifies(vector))
        #expect(Self.verifies(vector, secret: String(vector.secret.dropFirst(6))))
        #expect(Self.verifies(vector, now: vector.seconds + 300) && Self.verifies(vector, now: vector.seconds - 300))
        #expect(
            Self.verifies(vector) {
                $0["webhook-signature"] =
                    "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= "
                    + "\(vector.signature) v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
            })
    }

    @Test(arguments: vectors)
    func `does not verify where anything is wrong`(vector: Vector) {
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            #expect(!Self.verifies(vector) { $0[name] = nil })
        }
        #expect(!Self.verifies(vector) { $0["webhook-timestamp"] = "soon" })
        #expect(!Self.verifies(vector, now: vector.seconds + 301) && !Self.verifies(vector, now: vector.seconds - 301))
        for signature in [
            "v1,", String(vector.signature.dropLast(4)), "v2" + vector.signature.dropFirst(2), "",
            "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=",
        ] {
            #expect(!Self.verifies(vector) { $0["webhook-signature"] = signature })
        }
        #expect(!Self.verifies(vector) { $0["webhook-id"] = "msg_other" })
    }

    @Test func `is another for another version, and another endpoint`() {
        let key = AlertKey(bytes: Array(repeating: 7, count: 32))
        let (one, two) = (EndpointID(rawValue: 1), EndpointID(rawValue: 2))
        let texts = [key.secret(of: one, version: 1), key.secret(of: one, version: 2), key.secret(of: two, version: 1)]
            .map(\.text.revealed)
        #expect(Set(texts).count == 3)
        #expect(texts[0] == key.secret(of: one, version: 1).text.revealed)
    }
}
