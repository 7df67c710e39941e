import Crypto
import Foundation

/// A key for the outbox API: `postroom_` and 43 characters of base64url, which are 32 random bytes.
struct APIKey: Sendable {
    /// Random bytes in a key.
    static let randomBytes = 32
    /// How every key begins, so that a scanner for leaked secrets knows one.
    static let prefix = "postroom_"

    /// The key itself: a secret.
    let text: String

    /// The key of these random bytes.
    init(random: [UInt8]) {
        let base64 = Data(random).base64EncodedString()
        text =
            Self.prefix
            + base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// A new key, from the system's generator.
    static func make() -> APIKey {
        var generator = SystemRandomNumberGenerator()
        return APIKey(random: (0..<randomBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// What is stored of it: SHA-256 of its text.
    var hash: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}
