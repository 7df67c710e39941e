import Runtime

/// Who the client behind trusted proxies is, from the `X-Forwarded-For` fields they wrote.
enum ForwardedFor {
    /// The right-most address that is no trusted proxy: everything left of it is the client's own claim.
    ///
    /// Where all are trusted, the left-most.
    ///
    /// - Parameters:
    ///   - lines: The fields' values, in the order they came.
    ///   - trusted: The proxies, the peer itself among them (the caller has checked that).
    /// - Returns: Nil if the entry that decides is no address: then nobody knows who called.
    static func client(of lines: [[UInt8]], behind peer: IPAddress, trusted: [AddressRange]) -> IPAddress? {
        var client = peer
        for line in lines.reversed() {
            for entry in line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() {
                guard let address = address(of: entry) else { return nil }
                client = address
                if !trusted.contain(address) { return client }
            }
        }
        return client
    }

    /// Reads `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`: balancers write all of them.
    private static func address(of entry: ArraySlice<UInt8>) -> IPAddress? {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var text = entry.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let rest = text[(end + 1)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            let inner = text[(text.startIndex + 1)..<end]
            return inner.contains(UInt8(ascii: ":")) ? IPAddress(text: inner) : nil
        }
        if let colon = text.firstIndex(of: UInt8(ascii: ":")), text.lastIndex(of: UInt8(ascii: ":")) == colon {
            return isPort(text[colon...]) ? IPAddress(text: text[..<colon]) : nil
        }
        return IPAddress(text: text)
    }

    /// A colon and one to five digits.
    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        text.first == UInt8(ascii: ":") && (2...6).contains(text.count)
            && text.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }
}
