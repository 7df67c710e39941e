import Crypto
import Domain

/// SHA-256 of what a send asks for: what must be the same where the caller's key is. How the caller spelled the number,
/// ordered an object, or carried the key makes no difference.
func contentHash(of request: SendRequest) -> [UInt8] {
    var hash = SHA256()
    func add(_ text: String?) {
        // Length first, so that no two lists of texts become the same bytes; no text is another than the empty one.
        var length = Int64(text?.utf8.count ?? -1).bigEndian
        withUnsafeBytes(of: &length) { hash.update(bufferPointer: $0) }
        guard var text else { return }
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    add(request.recipient.e164)
    add(request.message)
    add(request.senderID)
    add(request.messageName)
    add(request.scheduledAt.map { String($0.microseconds) })
    add(request.validForSeconds.map { String($0) })
    add(request.priority)
    add(request.customData)
    for tag in request.tags { add(tag) }
    return Array(hash.finalize())
}
