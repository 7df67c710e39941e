import Domain
import NIOCore

/// The payload of a record: the id (16), then source, account, method, path, query, content type, headers, body and
/// remote address, each as length (4) and bytes; a length of all ones is an absent content type.
///
/// What it holds is what the inbox will: its secrets were taken out at intake.
extension IncomingWebhook {
    private static let absent = UInt32.max

    /// Appends the payload.
    func appendPayload(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: id.rawValue)
        func append(_ field: some Collection<UInt8>) {
            bytes.append(bigEndian: UInt32(field.count))
            bytes.append(contentsOf: field)
        }
        append(source.rawValue.utf8)
        append(account.utf8)
        append(method.utf8)
        append(path)
        append(query)
        if let contentType { append(contentType) } else { bytes.append(bigEndian: Self.absent) }
        append(headers)
        append(body.readableBytesView)
        append(remoteAddress.utf8)
    }

    /// Reads a payload; nil where it is none.
    init?(payload: UnsafeRawBufferPointer) {
        var fields = Fields(rest: payload)
        guard let id = fields.id(), let source = fields.text(), let account = fields.text(), let method = fields.text(),
            let path = fields.bytes(), let query = fields.bytes(), let contentType = fields.optionalBytes(),
            let headers = fields.bytes(), let body = fields.bytes(), let remoteAddress = fields.text(),
            fields.rest.isEmpty
        else { return nil }
        self.init(
            id: id, source: WebhookSource(rawValue: source), account: account, method: method, path: path, query: query,
            contentType: contentType.value, headers: headers, body: ByteBuffer(bytes: body),
            remoteAddress: remoteAddress)
    }

    private struct Fields {
        var rest: UnsafeRawBufferPointer

        struct OptionalBytes {
            var value: [UInt8]?
        }

        mutating func id() -> WebhookID? {
            guard rest.count >= 16 else { return nil }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest[16...]) }
            return WebhookID(rawValue: rest.bigEndian(at: 0))
        }

        mutating func optionalBytes() -> OptionalBytes? {
            if rest.count >= 4, rest.bigEndian(at: 0) == IncomingWebhook.absent {
                rest = UnsafeRawBufferPointer(rebasing: rest[4...])
                return OptionalBytes(value: nil)
            }
            return bytes().map(OptionalBytes.init)
        }

        mutating func bytes() -> [UInt8]? {
            guard rest.count >= 4 else { return nil }
            let count = Int(rest.bigEndian(at: 0, as: UInt32.self))
            guard rest.count - 4 >= count else { return nil }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest[(4 + count)...]) }
            return Array(rest[4..<(4 + count)])
        }

        mutating func text() -> String? {
            bytes().flatMap { String(validating: $0, as: UTF8.self) }
        }
    }
}
