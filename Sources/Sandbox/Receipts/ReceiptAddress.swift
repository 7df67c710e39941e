import Runtime

/// Where receipts go: an `http://` URL, taken apart.
package struct ReceiptAddress: Hashable, Sendable {
    /// Host and port.
    package let server: ListenAddress
    /// Path and query, as they stand in a request.
    let target: String

    /// The longest URL, in bytes.
    static let bytesMax = 2_048

    /// Reads `http://host[:port][/path][?query]`; nil for other schemes (the sandbox speaks no TLS), user names,
    /// fragments, and what no URL contains.
    package init?(_ url: some StringProtocol) {
        guard url.utf8.count <= Self.bytesMax, url.hasPrefix("http://"),
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { return nil }
        let rest = url.dropFirst("http://".count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        let hasPort = authority.last != "]" && authority.contains(":")
        guard let server = ListenAddress(hasPort ? String(authority) : "\(authority):80"), server.port > 0 else {
            return nil
        }
        self.server = server
        target = (rest[end...].hasPrefix("/") ? "" : "/") + rest[end...]
    }

    /// The bytes of one callback.
    func request(_ text: String, _ form: ReportPlan.Form) -> [UInt8] {
        switch form {
        case .body:
            Array(
                ("POST \(target) HTTP/1.1\r\nHost: \(server)\r\nContent-Type: x-www-form-urlencoded\r\n"
                    + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)").utf8)
        case .rawSpace:
            Array(
                ("POST \(target)\(target.contains("?") ? "&" : "?")\(text) HTTP/1.1\r\nHost: \(server)\r\n"
                    + "Content-Length: 0\r\n\r\n").utf8)
        }
    }
}
