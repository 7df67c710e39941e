import Foundation
import Glibc

/// Sends the bytes of a request over TCP and reads the answer: what an ordinary client refuses to send, such as a raw
/// space in the target, is sent as it is.
enum RawHTTP {
    /// The longest answer that is read, in bytes.
    static let answerBytesMax = 1 << 20

    /// The status and the body of an answer.
    struct Answer: Sendable, Equatable {
        var status: Int
        var body: String
    }

    /// One request on a connection of its own. Blocks for `seconds` at most in each step; call it off the shared pool.
    /// - Returns: nil where nobody answered.
    static func send(_ request: [UInt8], port: UInt16, seconds: Int = 5) -> Answer? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return nil }
        var rest = request[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return nil }
            rest = rest.dropFirst(count)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while answer.count < answerBytesMax {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return parse(answer)
    }

    /// A request that asks for the connection to be closed after the answer.
    static func request(
        _ method: String, _ target: [UInt8], headers: [(String, String)] = [], body: [UInt8] = []
    ) -> [UInt8] {
        var text = "Host: localhost\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if method != "GET" { text += "Content-Length: \(body.count)\r\n" }
        return Array("\(method) ".utf8) + target + Array(" HTTP/1.1\r\n\(text)\r\n".utf8) + body
    }

    private static func parse(_ bytes: [UInt8]) -> Answer? {
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.prefix { !$0.isNewline }.split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        let body = text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
        return Answer(status: status, body: body)
    }
}
