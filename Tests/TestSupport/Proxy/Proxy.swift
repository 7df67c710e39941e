import Foundation
import Glibc
import Synchronization

/// A TCP port of the loopback interface in front of a Postgres server, which can lose or add what travels.
package final class Proxy: Sendable {
    /// What becomes of bytes.
    package enum Action: Sendable {
        /// They go on, or these instead.
        case pass([UInt8])
        /// They go nowhere, and nothing does from now on; both ends stay open while the other does.
        case goSilent
        /// The same, and the server is not even told that the client went away: as when a cable is cut.
        case vanish
        /// Both ends are closed without passing them on.
        case cut
        /// The same, and the client is told by a reset (RST).
        case reset
    }
    /// Decides on a piece of bytes as it was read.
    package typealias Rule = @Sendable ([UInt8]) -> Action
    /// The rules of one connection.
    package struct Rules: Sendable {
        var fromClient: Rule
        var fromServer: Rule

        /// Makes them; a rule that is not given lets everything pass.
        package init(fromClient: @escaping Rule = { .pass($0) }, fromServer: @escaping Rule = { .pass($0) }) {
            self.fromClient = fromClient
            self.fromServer = fromServer
        }
    }

    private struct State {
        var links: Set<ProxyLink> = []
        var isRefusing = false
        var isClosed = false
        var serverPath: String
    }

    /// Where it listens, on 127.0.0.1.
    package let port: UInt16
    private let listener: Int32
    private let rules: @Sendable () -> Rules
    private let state: Mutex<State>
    private let connections = Atomic<Int>(0)

    /// How many connections were accepted.
    package var connectionCount: Int { connections.load(ordering: .relaxed) }

    /// Starts one in front of the shared test server; the rules decide on every piece that is read.
    package convenience init(
        fromClient: @escaping Rule = { .pass($0) }, fromServer: @escaping Rule = { .pass($0) }
    ) throws {
        try self.init(to: TestEnvironment.serverURL()) { Rules(fromClient: fromClient, fromServer: fromServer) }
    }

    /// Starts one.
    ///
    /// - Parameters:
    ///   - server: libpq's keyword form, with the folder of its socket as `host`.
    ///   - rules: makes the rules of each connection.
    package init(to server: String, rules: @escaping @Sendable () -> Rules) throws {
        state = Mutex(State(serverPath: Self.path(of: server)))
        self.rules = rules
        (listener, port) = try Self.bound()
        guard listen(listener, Self.backlog) == 0 else { throw TestSupportFailure("proxy: errno \(errno)") }
        Thread.detachNewThread { [self] in accept() }
    }

    private static let backlog: Int32 = 64

    /// From now on who connects comes to another server, as when a name leads elsewhere; who is connected stays.
    package func lead(to server: String) { state.withLock { $0.serverPath = Self.path(of: server) } }

    /// The path of a server's socket.
    private static func path(of server: String) -> String {
        let words = server.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1) }
        func value(_ key: String) -> String { words.first { $0[0] == key }.map { String($0[1]) } ?? "" }
        return "\(value("host"))/.s.PGSQL.\(value("port").isEmpty ? "5432" : value("port"))"
    }

    /// The connection string of a database of the shared test server behind this proxy.
    package func url(_ database: TestDatabase, user: String = "postgres") -> String {
        url(database: database.name, user: user)
    }

    /// The connection string of a database behind this proxy.
    package func url(database: String, user: String = "postgres") -> String {
        "host=127.0.0.1 port=\(port) dbname=\(database) user=\(user) sslmode=disable gssencmode=disable"
    }

    /// Resets every connection there is.
    package func resetAll() {
        for link in state.withLock({ $0.links }) { link.reset() }
    }

    /// From now on nobody is let in (ECONNREFUSED), or somebody is again. The port stays ours.
    package func refuse(_ refuses: Bool) {
        state.withLock { state in
            guard !state.isClosed, state.isRefusing != refuses else { return }
            state.isRefusing = refuses
            // On Linux this ends the listening and keeps the port of a socket that was bound to it by number.
            if refuses { shutdown(listener, Int32(SHUT_RDWR)) } else { listen(listener, Self.backlog) }
        }
    }

    /// Ends the listener and every connection.
    package func close() {
        let links = state.withLock { state in
            guard !state.isClosed else { return Set<ProxyLink>() }
            state.isClosed = true
            shutdown(listener, Int32(SHUT_RDWR))
            return state.links
        }
        for link in links { link.reset() }
    }

    /// A socket that is bound to a free port, by number.
    private static func bound() throws -> (Int32, UInt16) {
        func bind(_ port: UInt16) throws -> (Int32, UInt16) {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &yes, socklen_t(MemoryLayout<Int32>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isBound else { throw TestSupportFailure("proxy: \(String(cString: strerror(errno)))") }
            return (descriptor, UInt16(bigEndian: address.sin_port))
        }
        let first = try bind(0)
        defer { Glibc.close(first.0) }
        return try bind(first.1)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            if client < 0 {
                if state.withLock({ $0.isClosed }) { break }
                usleep(1_000)  // refusing: accept(2) fails at once until it listens again
                continue
            }
            connections.add(1, ordering: .relaxed)
            guard let server = dial() else {
                Glibc.close(client)
                continue
            }
            let link = ProxyLink(client: client, server: server, rules())
            state.withLock { state in
                _ = state.links.insert(link)
                if state.isClosed || state.isRefusing { link.reset() }
            }
            Thread.detachNewThread { [self] in
                link.run()
                state.withLock { _ = $0.links.remove(link) }
            }
        }
        Glibc.close(listener)
    }

    private func dial() -> Int32? {
        let serverPath = state.withLock { $0.serverPath }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: serverPath.utf8.prefix($0.count - 1)) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if code == 0 { return descriptor }
        Glibc.close(descriptor)
        return nil
    }
}

/// A yes that stays.
package final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    /// Makes a no.
    package init() {}

    /// Whether it was set.
    package var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
    /// Makes it a yes.
    package func set() { value.store(true, ordering: .sequentiallyConsistent) }
}

extension [UInt8] {
    /// Whether the text stands in it.
    package func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return false }
        return (0...(count - wanted.count)).contains { self[$0...].starts(with: wanted) }
    }
}
