import Runtime

/// A URL that notifications may be sent to, as far as its text can tell; only ``DestinationPolicy/read(_:)`` makes one.
///
/// Its host may still lead anywhere: nothing connects to a name, only to what ``DestinationPolicy/resolve(_:by:)`` made
/// of it.
package struct WebhookURL: Hashable, Sendable {
    /// The schemes.
    package enum Scheme: String, Hashable, Sendable {
        /// With TLS.
        case https
        /// Without; only where the policy allows it.
        case http

        /// The port where the URL names none.
        var defaultPort: UInt16 { self == .https ? 443 : 80 }
    }

    /// Who is to be connected to.
    package enum Host: Hashable, Sendable {
        /// A name in lower case, two labels or more.
        case name(String)
        /// An address.
        case address(IPAddress)
    }

    /// With or without TLS.
    package let scheme: Scheme
    /// Whom to connect to.
    package let host: Host
    /// The port, given or the scheme's.
    let port: UInt16
    /// Path and query as they stand in a request line.
    package let target: String

    /// The name that SNI sends and the certificate has to bear, whichever of its addresses is connected to; nil where
    /// the host is an address, which the certificate then has to bear itself.
    var certificateName: String? {
        if case .name(let name) = host { name } else { nil }
    }

    /// The value of the header `Host`.
    package var authority: String {
        let name =
            switch host {
            case .name(let name): name
            case .address(let address): address.family == .v6 ? "[\(address)]" : "\(address)"
            }
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }
}
