/// A range of addresses: `192.0.2.0/24`, `2001:db8::/32`, or one address (RFC 4632 §3.1, RFC 4291 §2.3).
package struct AddressRange: Hashable, Sendable {
    /// The first address.
    package let network: IPAddress
    /// The number of leading bits that all addresses of the range share: 0...32 or 0...128.
    package let prefixBits: Int

    /// Reads an address, or an address, `/` and a decimal prefix length without leading zeros.
    ///
    /// Nil for everything else, including a network with bits set after its prefix (`10.0.0.1/8`): whether 10.0.0.0/8
    /// or 10.0.0.1 was meant is not ours to guess. A range of IPv4-mapped addresses (`::ffff:10.0.0.0/104`) is the IPv4
    /// range.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let network = IPAddress(first) else { return nil }
        var bits = network.family.bits
        if parts.count == 2 {
            guard let given = Self.prefixLength(parts[1]) else { return nil }
            // A mapped address was written with IPv6's prefix length; its first 96 bits are the mapping.
            let mappedBits = network.family == .v4 && first.contains(":") ? 96 : 0
            guard given >= mappedBits, given - mappedBits <= bits else { return nil }
            bits = given - mappedBits
        }
        guard network.value & ~Self.mask(bits, of: network.family) == 0 else { return nil }
        self.network = network
        prefixBits = bits
    }

    /// Whether the address lies in the range. Addresses of different families never match, except mapped addresses.
    package func contains(_ address: IPAddress) -> Bool {
        address.family == network.family && address.value & Self.mask(prefixBits, of: network.family) == network.value
    }

    private static func prefixLength(_ text: some StringProtocol) -> Int? {
        let digits = text.utf8
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return Int(String(text))
    }

    private static func mask(_ prefixBits: Int, of family: IPAddress.Family) -> UInt128 {
        let all = family == .v4 ? UInt128(UInt32.max) : UInt128.max
        // A shift by the full width gives 0, as it must for /0.
        return all & (all << UInt128(family.bits - prefixBits))
    }
}

extension AddressRange: CustomStringConvertible {
    /// The text that reads back as this range, always with a prefix length.
    package var description: String { "\(network)/\(prefixBits)" }
}

extension [AddressRange] {
    /// Whether one of the ranges has the address.
    package func contain(_ address: IPAddress) -> Bool {
        contains { $0.contains(address) }
    }
}
