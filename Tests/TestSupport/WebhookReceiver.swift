import Foundation
import Glibc
import Synchronization

/// A user's webhook on loopback: takes requests, remembers them, and answers as it is told, also in ways no server
/// should.
package final class WebhookReceiver: Sendable {
    /// A request as it came.
    package struct Request: Sendable, Equatable {
        /// Method, target and version.
        package let line: String
        /// Names in lower case.
        package let headers: [String: String]
        /// The body.
        package let body: [UInt8]
    }

    /// What it does when a request has come.
    package enum Reply: Sendable {
        /// Answers without a body.
        case status(Int, headers: [String] = [])
        /// Writes these bytes and closes.
        case bytes([UInt8])
        /// Writes these bytes again and again.
        case endless([UInt8], after: [UInt8])
        /// Writes a byte of these every 20 ms, and then nothing.
        case drip([UInt8])
        /// Answers nothing until the other side closes.
        case silence
        /// Closes.
        case close
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var openCount = 0
        var openMax = 0
        var bytesSent = 0
        var descriptors: Set<Int32> = []
        var isClosed = false
    }

    /// Where it listens.
    package let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let reply: @Sendable (Request, Int) -> Reply

    /// Starts one.
    ///
    /// - Parameters:
    ///   - address: of loopback, most significant byte first.
    ///   - reply: asked on a thread of the connection's own, which may wait, with the request's number from 1 on.
    package init(
        address: UInt32 = 0x7F00_0001, port: UInt16 = 0, reply: @escaping @Sendable (Request, Int) -> Reply
    ) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = address.bigEndian
        name.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else {
            Glibc.close(descriptor)
            throw TestSupportFailure("no port to listen on: errno \(errno)")
        }
        self.port = UInt16(bigEndian: name.sin_port)
        listener = descriptor
        self.reply = reply
        Thread.detachNewThread { self.accept() }
    }

    /// What came, in the order in which it was whole.
    package var requests: [Request] { state.withLock { $0.requests } }
    /// How many connected.
    package var connectionCount: Int { state.withLock { $0.connections } }
    /// How many requests were unanswered at a time, at most.
    package var openMax: Int { state.withLock { $0.openMax } }
    /// Bytes that it could write.
    package var bytesSent: Int { state.withLock { $0.bytesSent } }

    /// Ends all connections and listens no more. A second call does nothing.
    package func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            for descriptor in state.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.isClosed
        }
        // Ends the wait for connections, whose thread closes it.
        if !wasClosed { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            let isWanted = state.withLock { state in
                guard !state.isClosed else { return false }
                state.connections += 1
                state.descriptors.insert(descriptor)
                return true
            }
            guard isWanted else {
                Glibc.close(descriptor)
                break
            }
            Thread.detachNewThread {
                self.serve(descriptor)
                self.state.withLock { _ = $0.descriptors.remove(descriptor) }
                Glibc.close(descriptor)
            }
        }
        Glibc.close(listener)
    }

    private func serve(_ descriptor: Int32) {
        guard let request = read(descriptor) else { return }
        let number = state.withLock { state in
            state.requests.append(request)
            state.openCount += 1
            state.openMax = max(state.openMax, state.openCount)
            return state.requests.count
        }
        defer { state.withLock { $0.openCount -= 1 } }
        switch reply(request, number) {
        case .status(let code, let headers):
            let lines = ["HTTP/1.1 \(code) Because"] + headers + ["Content-Length: 0", "Connection: close", "", ""]
            _ = send(Array(lines.joined(separator: "\r\n").utf8), descriptor)
        case .bytes(let bytes): _ = send(bytes, descriptor)
        case .endless(let chunk, let head):
            guard send(head, descriptor) else { return }
            while send(chunk, descriptor) {}
            return
        case .drip(let bytes):
            for byte in bytes {
                guard send([byte], descriptor) else { return }
                // At this pace, unless the other side ends first.
                var peer = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                if poll(&peer, 1, 20) > 0 { break }
            }
            awaitEnd(descriptor)
        case .silence: awaitEnd(descriptor)
        case .close: return
        }
        // What the other side still sends must not turn the close into a reset.
        shutdown(descriptor, Int32(SHUT_WR))
        awaitEnd(descriptor)
    }

    private func awaitEnd(_ descriptor: Int32) {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while recv(descriptor, &bytes, bytes.count, 0) > 0 {}
    }

    private func send(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
            state.withLock { $0.bytesSent += count }
        }
        return true
    }

    private func read(_ descriptor: Int32) -> Request? {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1_024)
        while received.count < 1 << 20 {
            if let request = Self.request(received) { return request }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += chunk[..<count]
        }
        return nil
    }

    private static func request(_ bytes: [UInt8]) -> Request? {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let body = bytes[(end + 4)...]
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        guard body.count >= length else { return nil }
        return Request(line: lines[0], headers: headers, body: Array(body.prefix(length)))
    }
}

/// Runs the body with a receiver that is closed at the end.
package func withReceiver<Result>(
    address: UInt32 = 0x7F00_0001, port: UInt16 = 0,
    reply: @escaping @Sendable (WebhookReceiver.Request, Int) -> WebhookReceiver.Reply = { _, _ in .status(204) },
    _ body: (WebhookReceiver) async throws -> Result
) async throws -> Result {
    let receiver = try WebhookReceiver(address: address, port: port, reply: reply)
    defer { receiver.close() }
    return try await body(receiver)
}

/// What threads of a receiver wait at until a test opens it.
package final class TestLatch: Sendable {
    private let opened = DispatchSemaphore(value: 0)

    /// Shut.
    package init() {}

    /// Opens it for good.
    package func open() { opened.signal() }

    /// Blocks the thread until it is open, for at most two minutes.
    package func wait() {
        // Whoever comes through holds it open for the next.
        if opened.wait(timeout: .now() + .seconds(120)) == .success { opened.signal() }
    }
}
