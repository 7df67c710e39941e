import NIOCore

extension WebhookSignature {
    /// Whether the head's `sign` is right for its other fields and the body.
    func verifies(_ head: RequestHead, bytes: UnsafeRawBufferPointer, body: ByteBuffer) -> Bool {
        func field(_ range: FieldRange?) -> UnsafeRawBufferPointer? {
            range.map { UnsafeRawBufferPointer(rebasing: bytes[$0.offsets]) }
        }
        guard let accessKey = field(head.accessKey), let action = field(head.action),
            let bizType = field(head.bizType), let ts = field(head.ts), let sign = field(head.sign)
        else { return false }
        let fields = Fields(
            accessKey: accessKey, action: action, bizType: bizType, ts: ts, sign: sign,
            algorithm: field(head.algorithm))
        return body.withUnsafeReadableBytes { verifies(fields, body: $0) }
    }
}
