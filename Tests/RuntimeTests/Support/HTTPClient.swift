import Foundation
import Glibc

/// One connection to 127.0.0.1 on blocking sockets with a time limit, on a thread of its own.
struct HTTPClient: Sendable {
    struct Failure: Error { var step: String }

    private let socket: Int32

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(step: "socket") }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            Glibc.close(socket)
            throw Failure(step: "connect")
        }
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(step: "send")
        }
    }

    /// Everything until the other side closes.
    func readToEnd() throws -> String {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count >= 0 else { throw Failure(step: "recv") }
            if count == 0 { return String(decoding: all, as: UTF8.self) }
            all += chunk.prefix(count)
        }
    }

    func close() { Glibc.close(socket) }

    /// Waits until the answer has begun, and reads no more of it.
    func awaitAnswer() async throws {
        try await Self.onThread {
            var byte: UInt8 = 0
            guard recv(socket, &byte, 1, 0) == 1 else { throw Failure(step: "recv") }
        }
    }

    /// The whole answer to a request on a connection of its own.
    static func get(_ path: String, port: Int, method: String = "GET") async throws -> String {
        try await onThread {
            let client = try HTTPClient(port: port)
            defer { client.close() }
            try client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return try client.readToEnd()
        }
    }

    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
