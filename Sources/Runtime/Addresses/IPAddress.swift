import Glibc
import NIOCore

/// An IP address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is the IPv4 address.
package struct IPAddress: Hashable, Sendable {
    /// The two families.
    package enum Family: Hashable, Sendable {
        /// IPv4.
        case v4
        /// IPv6.
        case v6

        /// The length of an address in bits: 32 or 128.
        package var bits: Int { self == .v4 ? 32 : 128 }
    }

    /// The family.
    package let family: Family
    /// The address as a number, most significant byte first; below 2^32 for IPv4.
    let value: UInt128

    private init(family: Family, value: UInt128) {
        self.family = family
        self.value = value
    }

    /// Takes an IPv4 address as a number, most significant byte first.
    package init(v4 value: UInt32) {
        self.init(family: .v4, value: UInt128(value))
    }

    /// Takes an IPv6 address as a number, most significant byte first.
    package init(v6 value: UInt128) {
        if value >> 32 == 0xFFFF {
            self.init(v4: UInt32(truncatingIfNeeded: value))
        } else {
            self.init(family: .v6, value: value)
        }
    }

    /// Reads the text of an address: four decimal numbers without leading zeros, or RFC 4291 §2.2 without a zone.
    ///
    /// Nil for everything else: ports, brackets, host names, spaces.
    package init?(_ text: some StringProtocol) {
        self.init(text: Array(text.utf8))
    }

    /// Reads the bytes of an address's text.
    package init?(text bytes: some Collection<UInt8>) {
        // The longest is "0000:0000:0000:0000:0000:ffff:255.255.255.255"; inet_pton reads up to a NUL.
        guard (2...45).contains(bytes.count), !bytes.contains(0) else { return nil }
        let characters = bytes.map { CChar(truncatingIfNeeded: $0) } + [0]
        if bytes.contains(UInt8(ascii: ":")) {
            var address = in6_addr()
            guard inet_pton(AF_INET6, characters, &address) == 1 else { return nil }
            self.init(address)
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, characters, &address) == 1 else { return nil }
            self.init(v4: UInt32(bigEndian: address.s_addr))
        }
    }

    /// The address of a socket's end; nil for a Unix domain socket.
    package init?(_ address: SocketAddress?) {
        switch address {
        case .v4(let address)?: self.init(v4: UInt32(bigEndian: address.address.sin_addr.s_addr))
        case .v6(let address)?: self.init(address.address.sin6_addr)
        case .unixDomainSocket?, nil: return nil
        }
    }

    private init(_ address: in6_addr) {
        let value = withUnsafeBytes(of: address) { bytes in
            bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        }
        self.init(v6: value)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The text: dotted decimal, or RFC 5952.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch family {
        case .v4:
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: value).bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        case .v6:
            var address = value.bigEndian
            inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
