import Runtime

/// A range of addresses that no webhook goes to.
struct RestrictedRange: Sendable {
    let range: AddressRange
    let use: RestrictedUse

    private init(_ text: String, _ use: RestrictedUse) {
        range = Self.range(text)
        self.use = use
    }

    /// All IPv6 addresses that IANA hands out to networks.
    static let globalUnicast = range("2000::/3")

    /// IANA's special-purpose registries of both families (RFC 6890 and its successors), the multicast ranges, and the
    /// one public address that is a cloud's own. Where ranges overlap, the narrower comes first.
    static let all: [RestrictedRange] = [
        RestrictedRange("0.0.0.0/8", .unspecified),
        RestrictedRange("10.0.0.0/8", .privateNetwork),
        RestrictedRange("100.64.0.0/10", .sharedNetwork),
        RestrictedRange("127.0.0.0/8", .loopback),
        RestrictedRange("168.63.129.16", .platform),  // Azure's, in every virtual network
        RestrictedRange("169.254.0.0/16", .linkLocal),
        RestrictedRange("172.16.0.0/12", .privateNetwork),
        RestrictedRange("192.0.0.0/24", .protocolAssignment),
        RestrictedRange("192.0.2.0/24", .documentation),
        RestrictedRange("192.31.196.0/24", .protocolAssignment),  // AS112
        RestrictedRange("192.52.193.0/24", .protocolAssignment),  // AMT
        RestrictedRange("192.88.99.0/24", .tunnelled),  // 6to4's relays, deprecated by RFC 7526
        RestrictedRange("192.168.0.0/16", .privateNetwork),
        RestrictedRange("192.175.48.0/24", .protocolAssignment),  // AS112
        RestrictedRange("198.18.0.0/15", .benchmarking),
        RestrictedRange("198.51.100.0/24", .documentation),
        RestrictedRange("203.0.113.0/24", .documentation),
        RestrictedRange("224.0.0.0/4", .multicast),
        RestrictedRange("255.255.255.255", .broadcast),
        RestrictedRange("240.0.0.0/4", .reserved),
        // Addresses in ::ffff:0:0/96 are read as the IPv4 addresses they are.
        RestrictedRange("::", .unspecified),
        RestrictedRange("::1", .loopback),
        RestrictedRange("::/96", .translated),  // IPv4-compatible, RFC 4291 §2.5.5.1
        RestrictedRange("::ffff:0:0:0/96", .translated),  // IPv4-translated, RFC 2765
        RestrictedRange("64:ff9b::/96", .translated),  // RFC 6052
        RestrictedRange("64:ff9b:1::/48", .translated),  // RFC 8215
        RestrictedRange("2001::/32", .tunnelled),  // Teredo
        RestrictedRange("2001:2::/48", .benchmarking),
        RestrictedRange("2001::/23", .protocolAssignment),
        RestrictedRange("2001:db8::/32", .documentation),
        RestrictedRange("2002::/16", .tunnelled),  // 6to4
        RestrictedRange("2620:4f:8000::/48", .protocolAssignment),  // AS112
        RestrictedRange("3fff::/20", .documentation),  // RFC 9637
        RestrictedRange("fc00::/7", .uniqueLocal),
        RestrictedRange("fe80::/10", .linkLocal),
        RestrictedRange("fec0::/10", .siteLocal),
        RestrictedRange("ff00::/8", .multicast),
    ]

    private static func range(_ text: String) -> AddressRange {
        guard let range = AddressRange(text) else { preconditionFailure("\(text) is no range of addresses") }
        return range
    }
}
