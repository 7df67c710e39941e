/// Reads the answers to receipts: the little of HTTP/1.1 that they need.
///
/// Not NIO's decoder, which wants to have seen the request that its encoder wrote; ours has raw spaces.
struct CallbackAnswer {
    /// What is known after some bytes.
    enum Progress: Equatable {
        /// More is to come.
        case incomplete
        /// A whole answer.
        case complete(isSuccess: Bool, keepsAlive: Bool)
        /// No HTTP, or more than ``bytesMax``.
        case unreadable
    }

    /// The most bytes of an answer; what is taken from a server is bounded, too.
    static let bytesMax = 4_096

    private var bytes: [UInt8] = []
    /// No end of the head begins before this byte.
    private var searched = 0

    /// Takes bytes of one answer.
    mutating func append(_ more: some Sequence<UInt8>) -> Progress {
        bytes.append(contentsOf: more)
        guard bytes.count <= Self.bytesMax else { return .unreadable }
        guard let headEnd = headEnd() else { return .incomplete }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return .unreadable }
        var length: Int?
        var keepsAlive = true
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { continue }
            let value = halves[1].drop { $0 == " " }
            switch halves[0].lowercased() {
            case "content-length": length = Int(value)
            case "connection": keepsAlive = value.lowercased() != "close"
            default: continue
            }
        }
        guard let length, length >= 0 else { return .unreadable }
        let body = bytes[(headEnd + 4)...]
        guard body.count >= length else { return .incomplete }
        let isSuccess = status == 200 && body.prefix(length).elementsEqual("success".utf8)
        return .complete(isSuccess: isSuccess, keepsAlive: keepsAlive && body.count == length)
    }

    /// The next answer of the connection is to come.
    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        searched = 0
    }

    private mutating func headEnd() -> Int? {
        while searched + 4 <= bytes.count {
            if bytes[searched...].starts(with: "\r\n\r\n".utf8) { return searched }
            searched += 1
        }
        return nil
    }
}
