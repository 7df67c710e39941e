import Crypto
import Domain
import Runtime

/// The signature of NXTele's JSON callbacks (providers.md §1.3): a hash over four headers, the body as sent, and a
/// secret that never travels.
///
/// The time in `ts` is signed but not compared with our clock: a callback is tried once and never again, so a window
/// would lose what a lagging clock or a slow link delays, and a repeated one has its effect once anyway.
struct WebhookSignature: Sendable {
    /// The header fields that take part, as they came, without white space around them.
    struct Fields {
        var accessKey: UnsafeRawBufferPointer
        var action: UnsafeRawBufferPointer
        var bizType: UnsafeRawBufferPointer
        var ts: UnsafeRawBufferPointer
        var sign: UnsafeRawBufferPointer
        /// Nil or empty means `md5`.
        var algorithm: UnsafeRawBufferPointer?
    }

    private let accessKeyDigest: SHA256Digest
    private let accessSecret: Secret

    /// Takes the account's access key and secret.
    init(accessKey: Secret, accessSecret: Secret) {
        var key = accessKey.revealed
        accessKeyDigest = key.withUTF8 { SHA256.digest(of: UnsafeRawBufferPointer($0)) }
        self.accessSecret = accessSecret
    }

    /// Whether these bytes are the access key; constant time. Cheap enough to ask before a body is read.
    func knows(accessKey: UnsafeRawBufferPointer) -> Bool {
        SHA256.digest(of: accessKey) == accessKeyDigest
    }

    /// Whether the signature is right for the fields and the body.
    func verifies(_ fields: Fields, body: UnsafeRawBufferPointer) -> Bool {
        guard knows(accessKey: fields.accessKey), let presented = Self.bytes(ofHex: fields.sign) else { return false }
        let algorithm = String(
            decoding: fields.algorithm ?? UnsafeRawBufferPointer(start: nil, count: 0), as: UTF8.self)
        let expected: [UInt8]
        switch algorithm.lowercased() {
        case "", "md5":
            var hash = Insecure.MD5()
            feed(fields, body: body) { hash.update(bufferPointer: $0) }
            expected = Array(hash.finalize())
        case "sha256":
            var hash = SHA256()
            feed(fields, body: body) { hash.update(bufferPointer: $0) }
            expected = Array(hash.finalize())
        default:
            return false
        }
        // Comparing digests of the digests is how two byte strings are compared in constant time without Foundation.
        return expected.withUnsafeBytes(SHA256.digest(of:)) == presented.withUnsafeBytes(SHA256.digest(of:))
    }

    private func feed(
        _ fields: Fields, body: UnsafeRawBufferPointer, to update: (UnsafeRawBufferPointer) -> Void
    ) {
        func text(_ text: StaticString) {
            update(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        text("accessKey=")
        update(fields.accessKey)
        text("&action=")
        update(fields.action)
        text("&bizType=")
        update(fields.bizType)
        text("&ts=")
        update(fields.ts)
        if !body.isEmpty {
            text("&body=")
            update(body)
        }
        text("&accessSecret=")
        var secret = accessSecret.revealed
        secret.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// Reads hexadecimal digits of either case; nil for anything else.
    private static func bytes(ofHex text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard !text.isEmpty, text.count.isMultiple(of: 2), text.count <= 128 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = hexadecimalDigit(text[index]), let low = hexadecimalDigit(text[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
