import Runtime

/// The binary header that a TCP-mode balancer puts before a connection's bytes (PROXY protocol version 2, "The PROXY
/// protocol" §2.2, HAProxy).
struct ProxyHeader: Equatable {
    /// The longest part after the first 16 bytes that is taken: addresses and TLVs, in bytes.
    static let restBytesMax = 4_096

    /// The whole header's length in bytes.
    var length: Int
    /// Who connected to the balancer; nil for its own health checks (LOCAL) and for what is not TCP over IP: then the
    /// connection's own peer stands.
    var source: IPAddress?

    /// What bytes at a connection's start are.
    enum Reading: Equatable {
        /// The beginning of a header.
        case incomplete
        /// A whole header.
        case header(ProxyHeader)
        /// No header, or one that breaks the protocol or its bound.
        case invalid
    }

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// Reads the front of a connection; decides as soon as a byte is wrong.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        guard zip(bytes, signature).allSatisfy({ $0 == $1 }) else { return .invalid }
        if bytes.count > 12, bytes[12] != 0x20, bytes[12] != 0x21 { return .invalid }
        guard bytes.count >= 16 else { return .incomplete }
        let restBytes = Int(bytes[14]) << 8 | Int(bytes[15])
        let isLocal = bytes[12] == 0x20
        let addressBytes = isLocal ? 0 : Self.addressBytes(family: bytes[13])
        guard restBytes <= restBytesMax, restBytes >= addressBytes else { return .invalid }
        guard bytes.count >= 16 + restBytes else { return .incomplete }
        var source: IPAddress?
        switch bytes[13] {
        case 0x11 where !isLocal:
            source = IPAddress(v4: bytes[16..<20].reduce(0) { $0 << 8 | UInt32($1) })
        case 0x21 where !isLocal:
            source = IPAddress(v6: bytes[16..<32].reduce(0) { $0 << 8 | UInt128($1) })
        default:
            break
        }
        return .header(ProxyHeader(length: 16 + restBytes, source: source))
    }

    /// What the addresses of a family and transport take; TLVs follow.
    private static func addressBytes(family: UInt8) -> Int {
        switch family >> 4 {
        case 1: 12
        case 2: 36
        case 3: 216
        default: 0
        }
    }
}
