extension DestinationPolicy {
    /// Reads a URL, stricter than any browser: what two readers could read in two ways is refused.
    package func read(_ url: some StringProtocol) throws(URLRefusal) -> WebhookURL {
        let bytes = Array(url.utf8.prefix(Self.urlBytesMax + 1))
        guard bytes.count <= Self.urlBytesMax else { throw .tooLong }
        for byte in bytes {
            if byte >= 0x80 { throw .notASCII }
            if byte <= 0x20 || byte == 0x7F || Self.neverInURLs.contains(byte) { throw .forbiddenCharacter }
        }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            throw .malformed
        }
        guard let scheme = WebhookURL.Scheme(rawValue: Self.lowercased(bytes[..<colon])) else { throw .scheme }
        if scheme == .http, !allowsPlainHTTP { throw .plainHTTP }
        let rest = bytes[(colon + 3)...]
        if rest.contains(UInt8(ascii: "#")) { throw .fragment }
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let (host, port) = try Self.split(rest[..<end])
        let read = try HostReader.read(host)
        if case .address(let address) = read {
            if let use = restriction(of: address) { throw .restrictedAddress(use) }
            // Whether a name leads to an allowed address is known only when it is resolved, for each delivery.
            if scheme == .http, !exemptRanges.contain(address) { throw .plainHTTP }
        }
        let number = try port.map(Self.port) ?? scheme.defaultPort
        guard Self.allows(port: number) else { throw .forbiddenPort }
        let target = String(decoding: rest[end...], as: UTF8.self)
        return WebhookURL(
            scheme: scheme, host: read, port: number, target: target.hasPrefix("/") ? target : "/" + target)
    }

    /// What RFC 3986 leaves out of all URLs, beside controls and spaces.
    private static let neverInURLs = Set(#"\"<>^`{|}"#.utf8)

    /// Host and port of an authority; the host with its brackets, the port without its colon.
    private static func split(
        _ authority: ArraySlice<UInt8>
    ) throws(URLRefusal) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>?) {
        if authority.contains(UInt8(ascii: "@")) { throw .userInfo }
        // Colons inside brackets belong to the address.
        let bracket = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        guard let colon = authority[bracket...].firstIndex(of: UInt8(ascii: ":")) else { return (authority, nil) }
        return (authority[..<colon], authority[(colon + 1)...])
    }

    private static func port(_ digits: ArraySlice<UInt8>) throws(URLRefusal) -> UInt16 {
        // UInt16 would take a sign.
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0"),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { throw .malformedPort }
        return port
    }

    private static func lowercased(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
