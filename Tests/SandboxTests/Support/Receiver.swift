import Foundation
import Glibc
import Synchronization
import TestSupport

/// Takes callbacks on a loopback port and keeps their bytes as they came; no HTTP parser stands in between.
final class Receiver: Sendable {
    /// How it answers.
    enum Manner: Sendable {
        case success
        /// As NXTele reads it, the receipt was not taken.
        case error
        /// Success, and then the end of the connection, without having said so.
        case closing
    }

    /// One callback.
    struct Callback: Sendable {
        let head: String
        let body: String
        /// Which connection it came over, from 1.
        let connection: Int

        /// The request line.
        var line: String { String(head.prefix { $0 != "\r\n" }) }
    }

    let port: UInt16
    private let descriptor: Int32
    private let manner: Manner
    private let callbacks = Mutex<[Callback]>([])
    private let connections = Mutex<[Int32]>([])
    private let isClosed = Atomic<Bool>(false)
    private let isListening = Atomic<Bool>(false)

    /// Takes a free port and listens.
    ///
    /// - Parameter listens: false keeps the port, where connections are refused, until ``listen()``.
    init(_ manner: Manner = .success, listens: Bool = true) throws {
        self.manner = manner
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(descriptor, pointer, size) == 0 else { return Int32(-1) }
                return getsockname(descriptor, pointer, &size)
            }
        }
        guard code == 0 else { throw TestSupportFailure("bind: \(String(cString: strerror(errno)))") }
        self.port = UInt16(bigEndian: address.sin_port)
        if listens { try listen() }
    }

    /// Begins to listen.
    func listen() throws {
        guard Glibc.listen(descriptor, 128) == 0 else {
            throw TestSupportFailure("listen: \(String(cString: strerror(errno)))")
        }
        isListening.store(true, ordering: .sequentiallyConsistent)
        Thread.detachNewThread { [self] in accept() }
    }

    /// What came so far, in the order of its arrival.
    var received: [Callback] { callbacks.withLock { $0 } }

    /// The URL of its receipts.
    var url: String { "http://127.0.0.1:\(port)/v1/nxtele/dr/T" }

    /// Waits until so many have come.
    func received(_ count: Int) async throws -> [Callback] {
        try await eventually("\(count) callbacks") { received.count >= count }
        return received
    }

    func close() {
        guard !isClosed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        // The thread that accepts closes it; without one it is closed here.
        guard isListening.load(ordering: .sequentiallyConsistent) else {
            Glibc.close(descriptor)
            return
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
        for connection in connections.withLock({ $0 }) { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        var number = 0
        while !isClosed.load(ordering: .sequentiallyConsistent) {
            let connection = Glibc.accept(descriptor, nil, nil)
            guard connection >= 0 else { break }
            number += 1
            let ownNumber = number
            connections.withLock { $0.append(connection) }
            Thread.detachNewThread { [self] in
                serve(connection, ownNumber)
                connections.withLock { $0.removeAll { $0 == connection } }
                Glibc.close(connection)
            }
        }
        Glibc.close(descriptor)
    }

    private func serve(_ connection: Int32, _ number: Int) {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            while let callback = Self.take(from: &text, number) {
                callbacks.withLock { $0.append(callback) }
                let body = if case .error = manner { "error" } else { "success" }
                let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
                _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                if case .closing = manner { return }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            text += chunk[..<count]
        }
    }

    private static func take(from bytes: inout [UInt8], _ number: Int) -> Callback? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.lowerBound]
        let lengthLine = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let length = lengthLine.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        let rest = Array(text[end.upperBound...].utf8)
        guard rest.count >= length else { return nil }
        bytes = Array(rest[length...])
        return Callback(head: String(head), body: String(decoding: rest[..<length], as: UTF8.self), connection: number)
    }
}
