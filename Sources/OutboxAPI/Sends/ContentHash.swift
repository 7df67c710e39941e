import Crypto
import Domain

/// SHA-256 of what a send asks for: two sends with the same caller's key must agree in it. How the caller spelled the
/// number, ordered an object, or passed the key makes no difference.
func contentHash(of request: SendRequest) -> [UInt8] {
    // Hashed in one piece: each piece costs as much as a hundred bytes.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + request.message.utf8.count + request.customData.utf8.count)
    func add(_ text: String?) {
        // Length first, so that no two lists of texts become the same bytes; an absent text differs from an empty one.
        withUnsafeBytes(of: Int64(text?.utf8.count ?? -1).bigEndian) { bytes.append(contentsOf: $0) }
        guard var text else { return }
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }
    add(request.recipient.e164)
    add(request.message)
    add(request.senderID)
    add(request.messageName)
    add(request.scheduledAt.map { String($0.microseconds) })
    add(request.validForSeconds.map { String($0) })
    add(request.priority.rawValue)
    add(request.customData)
    for tag in request.tags { add(tag) }
    return Array(SHA256.hash(data: bytes))
}
