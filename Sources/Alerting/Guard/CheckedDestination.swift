import Runtime

/// Where to connect to, every address checked; only ``DestinationPolicy/resolve(_:by:)`` makes one.
///
/// DNS may say another thing the next time it is asked, so what was checked is what is connected to: a client takes
/// ``CheckedEndpoint``s and no names. `Host` is ``WebhookURL/authority``; the certificate is held against
/// ``WebhookURL/certificateName``, or the address that was connected to.
struct CheckedDestination: Hashable, Sendable {
    /// What it was made of.
    let url: WebhookURL
    /// In the resolver's order, of both families, each once; at least one, at most ``DestinationPolicy/addressesMax``.
    let endpoints: [CheckedEndpoint]

    fileprivate init(url: WebhookURL, endpoints: [CheckedEndpoint]) {
        self.url = url
        self.endpoints = endpoints
    }
}

/// An address and port that may be connected to.
struct CheckedEndpoint: Hashable, Sendable {
    let address: IPAddress
    let port: UInt16

    fileprivate init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}

/// Why a URL leads nowhere that may be connected to.
enum DestinationRefusal: Error, Hashable, Sendable {
    /// The resolver failed; later it may not.
    case unresolved
    /// The name has no addresses.
    case noAddresses
    /// None of its addresses may be connected to; what the first is for.
    case restrictedAddress(RestrictedUse)
}

extension DestinationPolicy {
    /// Resolves a host, once, and checks every address it has. Those that are refused are left out.
    ///
    /// Called anew for every delivery: what was public yesterday may be a private address today.
    func resolve(
        _ url: WebhookURL, by resolver: some HostResolver
    ) async throws(DestinationRefusal) -> CheckedDestination {
        let found: [IPAddress]
        switch url.host {
        case .address(let address): found = [address]
        case .name(let name):
            do { found = try await resolver.addresses(of: name) } catch { throw .unresolved }
        }
        var seen: Set<IPAddress> = []
        var refusal = DestinationRefusal.noAddresses
        var endpoints: [CheckedEndpoint] = []
        for address in found.prefix(Self.addressesMax) where seen.insert(address).inserted {
            if let use = restriction(of: address) {
                if refusal == .noAddresses { refusal = .restrictedAddress(use) }
            } else {
                endpoints.append(CheckedEndpoint(address: address, port: url.port))
            }
        }
        guard !endpoints.isEmpty else { throw refusal }
        return CheckedDestination(url: url, endpoints: endpoints)
    }
}
