import Glibc

/// A blocking HTTP/1.1 connection that is used again and again, for threads that produce load.
final class KeptConnection {
    /// What was answered.
    struct Answer {
        var status: Int
        var hasRetryAfter: Bool
        var body: String
        var isLast: Bool
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects to a loopback port; nil where nobody listens.
    init?(port: UInt16, secondsMax: Int = 60) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var wait = timeval(tv_sec: secondsMax, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // What was made so far is closed by the deinitializer, which runs for a nil, too.
        if code != 0 { return nil }
    }

    deinit { close(descriptor) }

    /// One request and its answer; nil where the connection broke, or was silent too long, before a whole answer.
    func exchange(_ request: [UInt8]) -> Answer? {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes {
                send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return nil }
            sent += count
        }
        while true {
            if let answer = takeAnswer() { return answer }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += chunk[..<count]
        }
    }

    private func takeAnswer() -> Answer? {
        let end: [UInt8] = [13, 10, 13, 10]
        guard let head = received.indices.dropLast(3).first(where: { received[$0..<($0 + 4)].elementsEqual(end) })
        else { return nil }
        let lines = String(decoding: received[..<head], as: UTF8.self).lowercased().split(separator: "\r\n")
        func value(_ name: String) -> Substring? {
            lines.first { $0.hasPrefix(name + ":") }.map { $0.dropFirst(name.count + 1).drop { $0 == " " } }
        }
        let length = value("content-length").flatMap { Int($0) } ?? 0
        guard received.count >= head + 4 + length else { return nil }
        let body = String(decoding: received[(head + 4)..<(head + 4 + length)], as: UTF8.self)
        received.removeFirst(head + 4 + length)
        let status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
        return Answer(
            status: status ?? 0, hasRetryAfter: value("retry-after") != nil, body: body,
            isLast: value("connection") == "close")
    }
}
