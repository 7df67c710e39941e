import Crypto
import Domain
import Runtime

/// The key that every endpoint's signing secret is derived from, so that no secret is stored: reading the database is
/// not enough to sign.
///
/// With another key, every endpoint has another secret.
package struct AlertKey: Sendable {
    /// The fewest bytes it may have: what HMAC-SHA256 gives.
    static let byteCountMin = 32

    private let key: SymmetricKey

    /// Reads `POSTROOM_ALERT_KEY`; nil where it is unset, and a problem in the reader where it is too short.
    package init?(reading reader: SettingsReader) {
        guard let secret = reader.optionalSecret(.alertKey) else { return nil }
        let bytes = secret.revealed.utf8
        guard bytes.count >= Self.byteCountMin else {
            reader.problem(
                .alertKey,
                "the value given (not shown) is too short; expected at least \(Self.byteCountMin) characters.")
            return nil
        }
        key = SymmetricKey(data: Array(bytes))
    }

    /// A key of these bytes; at least ``byteCountMin`` of them, random.
    init(bytes: [UInt8]) {
        key = SymmetricKey(data: bytes)
    }

    /// The secret of an endpoint: HKDF-SHA256 (RFC 5869) of the key, with the endpoint's id and the version as its
    /// info.
    package func secret(of endpoint: EndpointID, version: Int32) -> EndpointSecret {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Array("postroom alert endpoint \(endpoint) \(version)".utf8),
            outputByteCount: EndpointSecret.byteCount)
        return EndpointSecret(bytes: derived.withUnsafeBytes { Array($0) })
    }
}
