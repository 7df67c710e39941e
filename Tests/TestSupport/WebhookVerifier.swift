import Crypto
import Foundation

/// What a receiver does to know a delivery for ours, written after Standard Webhooks 1.0.0 and not after our own code.
package struct WebhookVerifier: Sendable {
    /// How far the time of a delivery may be from the receiver's, in seconds, both ways.
    package static let toleranceSeconds: Int64 = 300

    private let key: SymmetricKey

    /// Takes a secret with or without `whsec_`; nil where it is no base64.
    package init?(secret: String) {
        let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
        guard let bytes = Data(base64Encoded: text) else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// Whether the message is of who has the secret, and new.
    package func verifies(_ headers: [String: String], _ body: [UInt8], now: Int64 = Int64(time(nil))) -> Bool {
        guard let id = headers["webhook-id"], let time = headers["webhook-timestamp"], let seconds = Int64(time),
            let list = headers["webhook-signature"], abs(now - seconds) <= Self.toleranceSeconds
        else { return false }
        return list.split(separator: " ").contains { entry in
            let halves = entry.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, halves[0] == "v1", let code = Data(base64Encoded: String(halves[1])) else {
                return false
            }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Array("\(id).\(seconds).".utf8) + body, using: key)
        }
    }
}
