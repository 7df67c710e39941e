/// What the header fields seen so far say about the message's end and the connection's.
struct FieldLines: Equatable {
    private var contentLength: Int?
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false
    /// Whether the client wants another protocol. We never switch, and NIO's decoder stops after such a message.
    private(set) var asksForUpgrade = false

    /// How the message ends; nil if both Content-Length and Transfer-Encoding came, which is how requests are smuggled
    /// (RFC 9112 §6.3).
    var body: RequestHead.Body? {
        switch (contentLength, isChunked) {
        case (nil, false): RequestHead.Body.none
        case (let length?, false): .length(length)
        case (nil, true): .chunked
        case (_?, true): nil
        }
    }

    /// Whether the client keeps the connection (RFC 9112 §9.3).
    func isReusable(isVersion10: Bool) -> Bool {
        !saysClose && (!isVersion10 || saysKeepAlive)
    }

    /// Reads one line, without its CRLF.
    ///
    /// - Returns: False if the request must be refused: a folded line, a line without a name, a second or an invalid
    ///   Content-Length, a second Transfer-Encoding or one other than `chunked`.
    mutating func read(_ line: Range<Int>, of bytes: UnsafeRawBufferPointer, into head: inout RequestHead) -> Bool {
        guard let colon = bytes.firstOffset(of: UInt8(ascii: ":"), in: line), colon > line.lowerBound else {
            return false
        }
        let first = bytes[line.lowerBound]
        guard first != UInt8(ascii: " "), first != UInt8(ascii: "\t") else { return false }
        let name = line.lowerBound..<colon
        let rest = (colon + 1)..<line.upperBound
        // Names are told apart by length first: most lines of most requests cost one comparison or none.
        switch name.count {
        case 2 where bytes.holdsIgnoringCase("ts", at: name): keep(rest, of: bytes, in: &head.ts)
        case 4 where bytes.holdsIgnoringCase("sign", at: name): keep(rest, of: bytes, in: &head.sign)
        case 6:
            if bytes.holdsIgnoringCase("action", at: name) {
                keep(rest, of: bytes, in: &head.action)
            } else if bytes.holdsIgnoringCase("expect", at: name) {
                head.expectsContinue =
                    !head.isVersion10 && bytes.holdsIgnoringCase("100-continue", at: bytes.trimmed(rest))
            }
        case 7:
            if bytes.holdsIgnoringCase("biztype", at: name) {
                keep(rest, of: bytes, in: &head.bizType)
            } else if bytes.holdsIgnoringCase("upgrade", at: name) {
                asksForUpgrade = true
            }
        case 9:
            if bytes.holdsIgnoringCase("x-api-key", at: name) {
                keep(rest, of: bytes, in: &head.apiKey)
            } else if bytes.holdsIgnoringCase("accesskey", at: name) {
                keep(rest, of: bytes, in: &head.accessKey)
            } else if bytes.holdsIgnoringCase("algorithm", at: name) {
                keep(rest, of: bytes, in: &head.algorithm)
            }
        case 10:
            if bytes.holdsIgnoringCase("user-agent", at: name) {
                keep(rest, of: bytes, in: &head.userAgent)
            } else if bytes.holdsIgnoringCase("connection", at: name) {
                readConnection(rest, of: bytes)
            }
        case 12 where bytes.holdsIgnoringCase("content-type", at: name): keep(rest, of: bytes, in: &head.contentType)
        case 13 where bytes.holdsIgnoringCase("authorization", at: name):
            keep(rest, of: bytes, in: &head.authorization)
        case 14 where bytes.holdsIgnoringCase("content-length", at: name): return readContentLength(rest, of: bytes)
        case 15 where bytes.holdsIgnoringCase("x-forwarded-for", at: name):
            head.forwardedFor.append(FieldRange(bytes.trimmed(rest)))
        case 17 where bytes.holdsIgnoringCase("transfer-encoding", at: name):
            guard !isChunked, bytes.holdsIgnoringCase("chunked", at: bytes.trimmed(rest)) else { return false }
            isChunked = true
        default: break
        }
        return true
    }

    /// If a field comes twice, the first one stands.
    private func keep(_ value: Range<Int>, of bytes: UnsafeRawBufferPointer, in field: inout FieldRange?) {
        if field == nil { field = FieldRange(bytes.trimmed(value)) }
    }

    private mutating func readContentLength(_ value: Range<Int>, of bytes: UnsafeRawBufferPointer) -> Bool {
        let digits = bytes.trimmed(value)
        // 18 digits fit into 63 bits; longer ones are no length that anybody sends.
        guard contentLength == nil, (1...18).contains(digits.count) else { return false }
        var length = 0
        for byte in bytes[digits] {
            guard (0x30...0x39).contains(byte) else { return false }
            length = length * 10 + Int(byte - 0x30)
        }
        contentLength = length
        return true
    }

    /// A list of options with commas between them (RFC 9110 §7.6.1).
    private mutating func readConnection(_ value: Range<Int>, of bytes: UnsafeRawBufferPointer) {
        var start = value.lowerBound
        while start <= value.upperBound {
            let end = bytes.firstOffset(of: UInt8(ascii: ","), in: start..<value.upperBound) ?? value.upperBound
            let option = bytes.trimmed(start..<end)
            if bytes.holdsIgnoringCase("close", at: option) {
                saysClose = true
            } else if bytes.holdsIgnoringCase("keep-alive", at: option) {
                saysKeepAlive = true
            }
            start = end + 1
        }
    }
}
