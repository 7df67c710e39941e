import Foundation
import Runtime

/// The secret that deliveries to one endpoint are signed with; its owner verifies them with it.
///
/// Source: Standard Webhooks 1.0.0, "Signature scheme": 24 to 64 random bytes, shown as `whsec_` and base64.
package struct EndpointSecret: Sendable {
    /// Bytes that ours have.
    static let byteCount = 32
    /// What its text begins with.
    static let prefix = "whsec_"

    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What its owner is shown, once.
    package var text: Secret { Secret(Self.prefix + Data(bytes).base64EncodedString()) }
}
