/// Why a text is no URL that notifications may be sent to.
package enum URLRefusal: Error, Hashable, Sendable {
    /// More than ``DestinationPolicy/urlBytesMax``.
    case tooLong
    /// A character beyond ASCII. Host names of other scripts are written in their `xn--` form: full-width digits and
    /// dots become ASCII ones in some readers, and another host in others.
    case notASCII
    /// A space, a control character, a backslash, or another that no URL contains.
    case forbiddenCharacter
    /// Not `scheme://host`.
    case malformed
    /// Neither https nor http.
    case scheme
    /// http, where the policy wants https.
    case plainHTTP
    /// A user name, a password, or just their `@`.
    case userInfo
    /// A `#` and what follows it, which would never be sent.
    case fragment
    /// No host.
    case emptyHost
    /// Percent-encoding in the host.
    case percentEncodedHost
    /// A zone after an IPv6 address: it names a link of ours.
    case zone
    /// A host in another form than letters, digits and inner hyphens with dots between them, or `[IPv6]`.
    case malformedHost
    /// A dot after the name: certificates, and lists of names, have none.
    case trailingDot
    /// Two dots in a row, or one at the front.
    case emptyLabel
    /// A name above 253 bytes, or a label above 63.
    case hostTooLong
    /// A host that some readers take for an IPv4 address (`2130706433`, `0x7f.1`, `017700000001`, `127.1`), and that is
    /// not one in four decimal numbers.
    case ambiguousAddress
    /// A name that means something in our own network only: without a dot, or below `localhost`, `internal`, `local` …
    case localName
    /// An address that is no public server's.
    case restrictedAddress(RestrictedUse)
    /// What follows the colon is no port number of 1 to 65535 without leading zeros.
    case malformedPort
    /// A port where something else than HTTP listens.
    case forbiddenPort
}
