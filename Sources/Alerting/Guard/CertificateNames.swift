import NIOSSL

/// Whether a certificate is for a host's name.
///
/// NIOSSL also accepts a certificate that names the *address* that is connected to, whatever name was asked for (2.37,
/// `IdentityVerification.swift`). Public authorities issue certificates for addresses by now, so an attacker who can
/// bend our DNS could present one. So the names are compared once more, and only the names.
enum CertificateNames {
    /// Whether one of the names fits: the same one, or a wildcard for its first label (RFC 6125 section 6.4.3).
    ///
    /// - Parameter host: in lower case, without a dot at its end.
    static func contain(_ host: String, in names: [String]) -> Bool {
        names.contains { name in
            let name = name.lowercased()
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot > host.startIndex else { return false }
            let rest = host[dot...]
            // A wildcard for a whole top-level domain, such as `*.com`, does not count.
            return name.dropFirst() == rest && rest.dropFirst().contains(".")
        }
    }

    /// The DNS names of a certificate (RFC 5280 section 4.2.1.6). The common name does not count.
    static func names(of certificate: NIOSSLCertificate) -> [String] {
        certificate._subjectAlternativeNames().compactMap { name in
            guard name.nameType == .dnsName else { return nil }
            let bytes = Array(name.contents)
            return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? String(decoding: bytes, as: UTF8.self) : nil
        }
    }
}
