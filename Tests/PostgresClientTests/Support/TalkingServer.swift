import Foundation
import Glibc
import TestSupport

/// What passes for Postgres until the client is let in. Then it answers as it is told; after that, or where it is told
/// nothing, it sends notices and reads nothing.
final class TalkingServer: Sendable {
    /// How to reach it.
    let url: String
    private let listener: Int32
    /// How long it talks before it closes, so that a client that waits for it fails and does not hang.
    private static let talkSecondsMax = 15.0

    private let answers: [[UInt8]]

    init(answers: [[UInt8]] = []) throws {
        self.answers = answers
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw TestSupportFailure("no port to listen on: errno \(errno)") }
        url =
            "host=127.0.0.1 port=\(UInt16(bigEndian: name.sin_port)) user=u dbname=d sslmode=disable gssencmode=disable"
        Thread.detachNewThread { self.serve() }
    }

    // Not before nobody can end it any more: the number may be another socket's then. The thread holds it until it ends.
    deinit { Glibc.close(listener) }

    /// Ends it.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve() {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        defer { Glibc.close(client) }
        var startup = [UInt8](repeating: 0, count: 4_096)
        guard recv(client, &startup, startup.count, 0) > 0 else { return }
        guard send(Self.greeting, to: client) else { return }
        for answer in answers {
            guard recv(client, &startup, startup.count, 0) > 0, send(answer, to: client) else { return }
        }
        let notices = Array(repeatElement(Self.message("N", "SNOTICE\0C00000\0Mx\0\0"), count: 1_000).joined())
        let end = Date().addingTimeInterval(Self.talkSecondsMax)
        while Date() < end, send(notices, to: client) {}
    }

    private func send(_ bytes: [UInt8], to client: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Lets the client in, says that it is no standby, and that it is ready.
    private static let greeting =
        message("R", "\0\0\0\0") + message("S", "in_hot_standby\0off\0") + message("Z", "I")

    /// A message of the protocol.
    static func message(_ type: Character, _ body: String) -> [UInt8] {
        var length = UInt32(body.utf8.count + 4).bigEndian
        return Array(String(type).utf8) + withUnsafeBytes(of: &length) { Array($0) } + Array(body.utf8)
    }
}
