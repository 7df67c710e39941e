import Glibc
import TestSupport

/// A client of Postgres that asks, and then stands still: by its bare protocol (PostgreSQL manual, chapter 55), as libpq
/// reads what comes.
struct StalledClient {
    private let descriptor: Int32

    init(_ database: TestDatabase, user: String, application: String, query: String) throws {
        let words = try TestEnvironment.serverURL().split(separator: " ").map { $0.split(separator: "=", maxSplits: 1) }
        func value(_ key: String) -> String? { words.first { $0[0] == key }.map { String($0[1]) } }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = "\(value("host") ?? "")/.s.PGSQL.\(value("port") ?? "5432")"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else { throw TestSupportFailure("\(path): errno \(errno)") }
        let startup = "user\0\(user)\0database\0\(database.name)\0application_name\0\(application)\0\0"
        // Version 3.0 of the protocol.
        try send(nil, [0, 3, 0, 0] + Array(startup.utf8))
        // Nobody is asked for a password here; what else the server says until it waits is of no interest.
        while try receive() != UInt8(ascii: "Z") {}
        try send(UInt8(ascii: "Q"), Array(query.utf8) + [0])
    }

    func close() { _ = Glibc.close(descriptor) }

    private func send(_ kind: UInt8?, _ content: [UInt8]) throws {
        let length = UInt32(content.count + 4)
        let bytes =
            (kind.map { [$0] } ?? []) + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + content
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw TestSupportFailure("send: errno \(errno)")
        }
    }

    /// The next message's kind.
    private func receive() throws -> UInt8 {
        let head = try receive(5)
        let length = head[1...].reduce(0) { $0 << 8 | Int($1) }
        _ = try receive(length - 4)
        return head[0]
    }

    private func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard count == 0 || recv(descriptor, &bytes, count, Int32(MSG_WAITALL)) == count else {
            throw TestSupportFailure("recv: errno \(errno)")
        }
        return bytes
    }
}
