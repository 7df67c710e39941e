import Testing

@testable import Ingress

struct ProxyHeaderTests {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static func header(command: UInt8 = 0x21, family: UInt8 = 0x11, rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    }

    static let tcp4 = header(rest: [203, 0, 113, 9, 127, 0, 0, 1, 0x12, 0x34, 0x1F, 0x90])
    private static let tcp6Addresses: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1] + [UInt8](repeating: 0, count: 20)

    private static func read(_ bytes: [UInt8]) -> ProxyHeader.Reading {
        bytes.withUnsafeBytes(ProxyHeader.read)
    }

    @Test(
        arguments: [
            ("TCP over IPv4", tcp4, "203.0.113.9"), ("bytes behind it", tcp4 + Array("GET /".utf8), "203.0.113.9"),
            ("TLVs behind the addresses", header(rest: tcp4.suffix(12) + [0x04, 0x00, 0x01, 0xFF]), "203.0.113.9"),
            ("TCP over IPv6", header(family: 0x21, rest: tcp6Addresses), "2001:db8::1"),
            ("UNSPEC", header(family: 0x00, rest: []), nil),
            ("UNSPEC with bytes", header(family: 0x00, rest: [1, 2]), nil),
            ("LOCAL", header(command: 0x20, family: 0x00, rest: []), nil),
            ("LOCAL with addresses", header(command: 0x20, rest: Array(tcp4.suffix(12))), nil),
            ("UDP", header(family: 0x12, rest: Array(tcp4.suffix(12))), nil),
            ("a Unix socket", header(family: 0x31, rest: [UInt8](repeating: 0, count: 216)), nil),
            ("the longest", header(rest: tcp4.suffix(12) + [UInt8](repeating: 0, count: 4_084)), "203.0.113.9"),
        ] as [(String, [UInt8], String?)])
    func `a header is taken`(_ name: String, bytes: [UInt8], source: String?) {
        guard case .header(let header) = Self.read(bytes) else {
            Issue.record("\(name) was not taken")
            return
        }
        #expect(header.source?.description == source)
        #expect(header.length == 16 + Int(bytes[14]) * 256 + Int(bytes[15]))
    }

    @Test(
        arguments: [
            ("nothing like it", Array("GET / HTTP/1.1\r\n\r\n".utf8)), ("version 1", Array("PROXY TCP4 ".utf8)),
            ("a wrong byte early", [0x0D, 0x0A, 0x0D, 0x0B]), ("version 3", header(command: 0x31, rest: [])),
            ("an unknown command", header(command: 0x22, rest: [])),
            ("too few bytes for IPv4", header(rest: [1, 2, 3])),
            ("too few bytes for IPv6", header(family: 0x21, rest: Array(tcp4.suffix(12)))),
            ("too long", header(rest: [UInt8](repeating: 0, count: 4_097))),
        ] as [(String, [UInt8])])
    func `anything else is refused`(_ name: String, bytes: [UInt8]) {
        #expect(Self.read(bytes) == .invalid)
    }

    @Test func `every shorter front of a header is only a beginning`() {
        for length in 0..<Self.tcp4.count {
            #expect(Self.read(Array(Self.tcp4.prefix(length))) == .incomplete)
        }
    }
}
