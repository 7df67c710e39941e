import Glibc
import Synchronization

/// One connection through a ``Proxy``: both directions on one thread, which alone closes the descriptors.
final class ProxyLink: Sendable, Hashable {
    private enum End { case close, reset, vanish }

    private let client: Int32
    private let server: Int32
    private let rules: Proxy.Rules
    private let mustReset = Atomic<Bool>(false)
    /// Held while a descriptor is shut down from outside: nobody shuts down a number that is another's by now.
    private let isOpen = Mutex(true)

    init(client: Int32, server: Int32, _ rules: Proxy.Rules) {
        self.client = client
        self.server = server
        self.rules = rules
    }

    static func == (left: ProxyLink, right: ProxyLink) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    /// Ends it with a reset of the client; from any thread.
    func reset() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            mustReset.store(true, ordering: .sequentiallyConsistent)
            // Sends nothing, and wakes the thread.
            shutdown(client, Int32(SHUT_RD))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    /// Relays until the end.
    func run() {
        let end = relay()
        if end == .vanish, !mustReset.load(ordering: .sequentiallyConsistent) { outliveClient() }
        isOpen.withLock { isOpen in
            isOpen = false
            if end == .reset || mustReset.load(ordering: .sequentiallyConsistent) {
                var now = linger(l_onoff: 1, l_linger: 0)
                setsockopt(client, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
            }
            close(client)
            close(server)
        }
    }

    private func relay() -> End {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isSilent = false
        var onEnd = End.close
        while true {
            var both = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&both, 2, -1) > 0 else { continue }
            for (place, one) in both.enumerated() where one.revents != 0 {
                if mustReset.load(ordering: .sequentiallyConsistent) { return .reset }
                let isClient = place == 0
                let count = recv(one.fd, &buffer, buffer.count, 0)
                if count <= 0 { return onEnd }
                if isSilent { continue }
                let bytes = Array(buffer[..<count])
                switch isClient ? rules.fromClient(bytes) : rules.fromServer(bytes) {
                case .pass(let bytes): Self.send(bytes, to: isClient ? server : client)
                case .goSilent: isSilent = true
                case .vanish:
                    isSilent = true
                    onEnd = .vanish
                case .cut: return .close
                case .reset: return .reset
                }
            }
        }
    }

    /// Keeps the server's end open, and reads what comes, until the server or the proxy ends it.
    private func outliveClient() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while recv(server, &buffer, buffer.count, 0) > 0 {}
    }

    private static func send(_ bytes: [UInt8], to target: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(target, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            // Its end is read next.
            guard count > 0 else { return }
            sent += count
        }
    }
}
