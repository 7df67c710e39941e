/// An HTTP/1.1 response as it came over the wire.
package struct HTTPAnswer: Equatable, Sendable {
    /// 100...599.
    package var status: Int
    /// Names in lower case; of a repeated one the last.
    package var headers: [String: String]
    /// Without framing.
    package var body: [UInt8]

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Takes one response from the front of `bytes`.
    ///
    /// - Returns: nil where more bytes are needed; at the end of the stream a body without a length is what there is.
    /// - Throws: ``TestSupportFailure`` where it is no HTTP.
    static func take(from bytes: inout [UInt8], atEnd: Bool, hasBody: Bool = true) throws -> HTTPAnswer? {
        guard let headEnd = find([13, 10, 13, 10], in: bytes, from: 0) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw TestSupportFailure("no HTTP response: \(lines.first ?? "")")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw TestSupportFailure("no header: \(line)") }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        let start = headEnd + 4
        var end = start
        var body: [UInt8] = []
        if !hasBody {
            // The length is that of the body which is not there.
        } else if let length = headers["content-length"].flatMap(Int.init) {
            end = start + length
            guard bytes.count >= end else { return nil }
            body = Array(bytes[start..<end])
        } else if headers["transfer-encoding"]?.lowercased() == "chunked" {
            guard let chunked = try takeChunks(bytes, from: start) else { return nil }
            (body, end) = chunked
        } else if status >= 200 && status != 204 && status != 304 {
            guard atEnd else { return nil }
            end = bytes.count
            body = Array(bytes[start...])
        }
        bytes.removeFirst(end)
        return HTTPAnswer(status: status, headers: headers, body: body)
    }

    private static func takeChunks(_ bytes: [UInt8], from start: Int) throws -> (body: [UInt8], end: Int)? {
        var body: [UInt8] = []
        var position = start
        while let lineEnd = find([13, 10], in: bytes, from: position) {
            guard let size = Int(String(decoding: bytes[position..<lineEnd], as: UTF8.self), radix: 16) else {
                throw TestSupportFailure("no chunk size")
            }
            let next = lineEnd + 2 + size + 2
            guard bytes.count >= next else { return nil }
            body += bytes[(lineEnd + 2)..<(lineEnd + 2 + size)]
            position = next
            if size == 0 { return (body, position) }
        }
        return nil
    }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= start + pattern.count else { return nil }
        return (start...(bytes.count - pattern.count)).first { bytes[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }
}
