/// What a field's text may be. Applied after decoding; the result is always valid UTF-8 without U+0000.
struct TextRule: Sendable {
    /// The most UTF-8 bytes after trimming.
    var bytesMax: Int
    /// Whether a JSON number is taken as the text it was written as.
    var acceptsNumbers = false
    /// Whether line breaks, tabs and other control characters belong to the text.
    var allowsControls = false
    /// Whether ASCII white space at both ends is dropped.
    var trims = false

    /// Checks one value and makes its text.
    func read(_ bytes: [UInt8], _ range: Range<Int>, field: String) throws(ParseFailure) -> String {
        var start = range.lowerBound
        var end = range.upperBound
        if trims {
            while start < end, JSONText.isSpace(bytes[start]) { start += 1 }
            while start < end, JSONText.isSpace(bytes[end - 1]) { end -= 1 }
        }
        if end - start > bytesMax { throw ParseFailure(.tooLong, field: field, note: "more than \(bytesMax) bytes") }
        for index in start..<end {
            let byte = bytes[index]
            if byte >= 0x20 && byte != 0x7F { continue }
            if byte == 0 { throw ParseFailure(.nulByte, field: field) }
            if !allowsControls { throw ParseFailure(.controlCharacter, field: field) }
        }
        do {
            return String(copying: try UTF8Span(validating: bytes.span.extracting(start..<end)))
        } catch {
            throw ParseFailure(.invalidUTF8, field: field)
        }
    }
}
