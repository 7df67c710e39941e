/// A host and a port to listen on or to call.
package struct ListenAddress: Hashable, Sendable {
    /// The longest host, in bytes (RFC 1035 §2.3.4).
    static let hostBytesMax = 255

    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    /// The port; 0 lets the system choose a free one.
    package let port: Int

    /// Makes an address, without checking it.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, an IPv6 host in brackets: `127.0.0.1:8080`, `localhost:0`, `[::1]:8080`.
    ///
    /// Nil without host or port, with a port above 65535, or with characters that no host has.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...].utf8
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(String(text[text.index(after: colon)...])), port <= 65_535
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]") else { return nil }
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.utf8.allSatisfy(Self.isIPv6Byte) else { return nil }
        } else {
            guard host.utf8.allSatisfy(Self.isNameByte) else { return nil }
        }
        guard (1...Self.hostBytesMax).contains(host.utf8.count) else { return nil }
        self.init(host: String(host), port: port)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Also `.` for the mixed notation and what a zone after `%` may have (RFC 4007 §11).
    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The text that reads back as this address.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
