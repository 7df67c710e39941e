import Runtime

/// Reads the host of a URL: an address in one spelling only, or a name that the whole internet knows.
enum HostReader {
    private static let nameBytesMax = 253
    private static let labelBytesMax = 63

    /// Names that mean another host in every network (RFC 6761, 6762, 8375, 7686, and ICANN's `internal`).
    private static let localSuffixes: [[String]] = [
        ["localhost"], ["local"], ["internal"], ["intranet"], ["lan"], ["home", "arpa"], ["onion"], ["invalid"],
    ]

    static func read(_ host: ArraySlice<UInt8>) throws(URLRefusal) -> WebhookURL.Host {
        guard let first = host.first, let last = host.last else { throw .emptyHost }
        if first == UInt8(ascii: "[") {
            guard last == UInt8(ascii: "]") else { throw .malformedHost }
            return .address(try address(host.dropFirst().dropLast()))
        }
        if host.contains(UInt8(ascii: "%")) { throw .percentEncodedHost }
        if last == UInt8(ascii: ".") { throw .trailingDot }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.contains(where: \.isEmpty) { throw .emptyLabel }
        guard host.count <= nameBytesMax, labels.allSatisfy({ $0.count <= labelBytesMax }) else { throw .hostTooLong }
        guard labels.allSatisfy(isLabel) else { throw .malformedHost }
        if let last = labels.last, isNumber(last) {
            guard let address = IPAddress(text: host) else { throw .ambiguousAddress }
            return .address(address)
        }
        let name = String(decoding: host, as: UTF8.self).lowercased()
        let words = name.split(separator: ".").map(String.init)
        guard words.count > 1, !localSuffixes.contains(where: { words.suffix($0.count).elementsEqual($0) }) else {
            throw .localName
        }
        return .name(name)
    }

    /// What stands between brackets.
    private static func address(_ text: ArraySlice<UInt8>) throws(URLRefusal) -> IPAddress {
        if text.contains(UInt8(ascii: "%")) { throw .zone }
        guard text.contains(UInt8(ascii: ":")), let address = IPAddress(text: text) else { throw .malformedHost }
        return address
    }

    /// Letters, digits and inner hyphens.
    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let isHyphen = { (byte: UInt8?) in byte == UInt8(ascii: "-") }
        return !isHyphen(label.first) && !isHyphen(label.last)
            && label.allSatisfy { isDigit($0) || isHyphen($0) || (0x61...0x7A).contains($0 | 0x20) }
    }

    /// Whether a name that ends so is an IPv4 address to some reader: decimal, octal, or hexadecimal (URL Standard,
    /// "ends in a number").
    private static func isNumber(_ label: ArraySlice<UInt8>) -> Bool {
        if label.allSatisfy(isDigit) { return true }
        guard label.first == UInt8(ascii: "0"), let mark = label.dropFirst().first, mark | 0x20 == UInt8(ascii: "x")
        else { return false }
        return label.dropFirst(2).allSatisfy { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
