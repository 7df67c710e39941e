import Foundation
import Glibc
import Synchronization

/// A connection over which any bytes can be sent, also those no HTTP client would.
///
/// All waiting is done on threads outside of Swift's own pool, so a server of the same process keeps going.
package final class HTTPProbe: Sendable {
    private struct State {
        var descriptor: Int32
        var received: [UInt8] = []
        var atEnd = false
    }

    private let state: Mutex<State>

    private init(descriptor: Int32) { state = Mutex(State(descriptor: descriptor)) }

    deinit { close() }

    /// Connects to a loopback port.
    ///
    /// - Parameters:
    ///   - limit: of each later wait for bytes, whole seconds.
    ///   - receivesLittle: whether the kernel keeps but a few thousand bytes of what is not received.
    ///   - first: sent at once, by the thread that has connected: where the server's clock for it runs already.
    package static func open(
        port: UInt16, limit: Duration = .seconds(30), receivesLittle: Bool = false, sending first: String = ""
    ) async throws -> HTTPProbe {
        try await offPool {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw TestSupportFailure("socket: errno \(errno)") }
            var wait = timeval(tv_sec: Int(limit.components.seconds), tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            if receivesLittle {
                var count: Int32 = 4_096
                setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &count, socklen_t(MemoryLayout<Int32>.size))
            }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard code == 0 else {
                let number = errno
                Glibc.close(descriptor)
                throw TestSupportFailure("connect to port \(port): \(String(cString: strerror(number)))")
            }
            let probe = HTTPProbe(descriptor: descriptor)
            try probe.sendNow(Array(first.utf8))
            return probe
        }
    }

    /// Sends the bytes as they are.
    package func send(_ bytes: [UInt8]) async throws { try await Self.offPool { try self.sendNow(bytes) } }

    private func sendNow(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(state.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw TestSupportFailure("send: \(String(cString: strerror(errno)))") }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Sends text.
    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// The next response.
    ///
    /// - Parameter hasBody: false for the answer to a HEAD, whatever its length says.
    /// - Throws: ``TestSupportFailure`` where the server closes before one, or is silent past the limit.
    package func receive(hasBody: Bool = true) async throws -> HTTPAnswer {
        try await Self.offPool {
            try self.state.withLock { state in
                while true {
                    if let answer = try HTTPAnswer.take(from: &state.received, atEnd: state.atEnd, hasBody: hasBody) {
                        return answer
                    }
                    if state.atEnd { throw TestSupportFailure("the server closed without a whole response") }
                    try Self.readMore(&state)
                }
            }
        }
    }

    /// Whether the server closes the connection (after any bytes not yet received), within the limit.
    package func isClosedByServer() async throws -> Bool {
        try await Self.offPool {
            try self.state.withLock { state in
                while !state.atEnd { try Self.readMore(&state) }
                return true
            }
        }
    }

    /// Closes; a second call does nothing.
    package func close() {
        state.withLock { state in
            if state.descriptor >= 0 { Glibc.close(state.descriptor) }
            state.descriptor = -1
        }
    }

    /// One exchange over a new connection.
    package static func send(_ bytes: [UInt8], port: UInt16, limit: Duration = .seconds(30)) async throws -> HTTPAnswer
    {
        let probe = try await open(port: port, limit: limit)
        defer { probe.close() }
        try await probe.send(bytes)
        return try await probe.receive()
    }

    /// One GET over a new connection.
    package static func get(_ target: String, port: UInt16) async throws -> HTTPAnswer {
        try await send(
            Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8), port: port)
    }

    private static func readMore(_ state: inout State) throws {
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(state.descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            state.received += chunk[..<count]
        } else if count == 0 || errno == ECONNRESET {
            state.atEnd = true
        } else if errno != EINTR {
            throw TestSupportFailure("receive: \(String(cString: strerror(errno)))")
        }
    }

    private static func offPool<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            // Not on Dispatch's pool: it adds threads only once a second, and here many block at once.
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
