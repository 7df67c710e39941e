import NIOCore

/// The header fields that are stored with a webhook. The last ones are remembered, because a provider's connection
/// repeats them, and equal arrays are then shared instead of made again.
struct StoredHeaders {
    private var lastHeaders: [UInt8] = []
    private var lastContentType: [UInt8] = []
    private var scratch: [UInt8] = []

    /// The content type as it came; nil if there was none.
    mutating func contentType(of head: RequestHead, bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let range = head.contentType?.offsets else { return nil }
        if !lastContentType.elementsEqual(bytes[range]) { lastContentType = Array(bytes[range]) }
        return lastContentType
    }

    /// The chosen fields as `name: value\r\n`, values as they came, in this order.
    mutating func headers(of head: RequestHead, bytes: UnsafeRawBufferPointer) -> [UInt8] {
        scratch.removeAll(keepingCapacity: true)
        add("content-type: ", head.contentType, bytes)
        add("user-agent: ", head.userAgent, bytes)
        for line in head.forwardedFor { add("x-forwarded-for: ", line, bytes) }
        add("action: ", head.action, bytes)
        add("biztype: ", head.bizType, bytes)
        add("ts: ", head.ts, bytes)
        if scratch != lastHeaders { lastHeaders = scratch }
        return lastHeaders
    }

    private mutating func add(_ name: StaticString, _ value: FieldRange?, _ bytes: UnsafeRawBufferPointer) {
        guard let value else { return }
        scratch.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        scratch.append(contentsOf: bytes[value.offsets])
        scratch.append(contentsOf: [0x0D, 0x0A])
    }
}
