import Crypto
import Foundation

/// What tells a receiver that a delivery is ours.
///
/// Source: Standard Webhooks 1.0.0, "Signature scheme", the symmetric form.
enum DeliverySignature {
    /// The value of `webhook-signature`: one entry per secret, so that a receiver finds its own in a rotation.
    ///
    /// - Parameters:
    ///   - id: the message's; without a dot.
    ///   - seconds: Unix time of this try, as in `webhook-timestamp`.
    ///   - body: the bytes as they are sent.
    static func header(id: String, seconds: Int64, body: [UInt8], secrets: [EndpointSecret]) -> String {
        secrets.map { "v1,\(signature(id: id, seconds: seconds, body: body, secret: $0))" }.joined(separator: " ")
    }

    private static func signature(id: String, seconds: Int64, body: [UInt8], secret: EndpointSecret) -> String {
        var hmac = HMAC<SHA256>(key: SymmetricKey(data: secret.bytes))
        hmac.update(data: Array("\(id).\(seconds).".utf8))
        hmac.update(data: body)
        return Data(hmac.finalize()).base64EncodedString()
    }
}
