import Runtime

/// What an address is used for, if not for a public server on the internet.
package enum RestrictedUse: Hashable, Sendable, CaseIterable {
    /// 0.0.0.0/8 and `::`: many systems take it for themselves.
    case unspecified
    /// The machine itself.
    case loopback
    /// RFC 1918.
    case privateNetwork
    /// Carrier-grade NAT (RFC 6598); some clouds keep their metadata there.
    case sharedNetwork
    /// The link; every cloud's metadata service is there.
    case linkLocal
    /// fc00::/7.
    case uniqueLocal
    /// fec0::/10, which some networks still route.
    case siteLocal
    /// Several receivers at once.
    case multicast
    /// Everybody on the link.
    case broadcast
    /// Examples in documents.
    case documentation
    /// Network benchmarks.
    case benchmarking
    /// Protocol assignments, none of them a server's.
    case protocolAssignment
    /// An IPv4 address inside an IPv6 one, which a translator would send on to wherever it says.
    case translated
    /// An IPv4 address inside a tunnel's IPv6 one, and tunnels' relays.
    case tunnelled
    /// A cloud's own service at a public address.
    case platform
    /// Not assigned to anybody.
    case reserved
}

extension IPAddress {
    /// What keeps the address from being a public server's; nil where nothing does.
    ///
    /// IPv4 is allowed but for the ranges of IANA's special-purpose registry. IPv6 is refused but for global unicast
    /// (2000::/3), less that registry's: what IANA hands out next is refused until somebody has looked at it.
    var restrictedUse: RestrictedUse? {
        if let entry = RestrictedRange.all.first(where: { $0.range.contains(self) }) { return entry.use }
        return family == .v6 && !RestrictedRange.globalUnicast.contains(self) ? .reserved : nil
    }
}
