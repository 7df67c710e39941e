import Runtime

/// What notifications may be sent to: public addresses, by https.
package struct DestinationPolicy: Sendable {
    /// The longest URL, in bytes.
    package static let urlBytesMax = 2_048
    /// How many addresses of a host are looked at; the rest are passed over.
    static let addressesMax = 16

    /// Whether http is allowed beside https. Defaults to false.
    var allowsPlainHTTP: Bool
    /// Addresses that are allowed whatever they are for: a receiver inside the company's own network, or on this
    /// machine in a test. Every user of the API can reach what is listed here. Defaults to none.
    var exemptRanges: [AddressRange]

    /// A policy with the defaults named at the fields.
    package init(allowsPlainHTTP: Bool = false, exemptRanges: [AddressRange] = []) {
        self.allowsPlainHTTP = allowsPlainHTTP
        self.exemptRanges = exemptRanges
    }

    /// What keeps an address from being connected to; nil where nothing does.
    package func restriction(of address: IPAddress) -> RestrictedUse? {
        exemptRanges.contain(address) ? nil : address.restrictedUse
    }

    /// Whether a port may be connected to.
    ///
    /// Below 1024 only 443 and 80: a request that some other protocol's server half understands (mail, DNS, LDAP) is an
    /// attack on it. Above, all but those that browsers refuse for the same reason (Fetch Standard, "bad port").
    static func allows(port: UInt16) -> Bool {
        port >= 1024 ? !refusedHighPorts.contains(port) : port == 443 || port == 80
    }

    private static let refusedHighPorts: Set<UInt16> = [
        1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
        10080,
    ]
}
