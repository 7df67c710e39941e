/// Looks up one of the headers that the ingress keeps with a webhook.
enum HeaderLines {
    /// The trimmed value of a header in lower case, packed for comparing; nil where it is absent or blank.
    ///
    /// - Parameter lines: `name: value\r\n` with lower-case names; of several the first counts.
    static func value(of name: String, in lines: [UInt8]) -> PackedName? {
        for line in lines.split(whereSeparator: { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }) {
            guard let colon = line.firstIndex(of: ASCII.colon), line[..<colon].elementsEqual(name.utf8) else {
                continue
            }
            var value = PackedName()
            for byte in line[(colon + 1)...] where !JSONText.isSpace(byte) { value.appendFolded(byte) }
            return value == PackedName() ? nil : value
        }
        return nil
    }
}
