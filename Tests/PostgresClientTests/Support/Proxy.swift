import Dispatch
import Glibc
import PostgresClient
import Synchronization
import TestSupport

/// A TCP port in front of the test server, which can lose or add what travels.
final class Proxy: Sendable {
    /// What becomes of bytes.
    enum Action {
        /// They go on, or these instead.
        case pass([UInt8])
        /// They go nowhere, and nothing does from now on; both ends stay open.
        case goSilent
        /// Both ends are closed without passing them on.
        case cut
    }
    typealias Rule = @Sendable ([UInt8]) -> Action

    /// Where it listens, on 127.0.0.1.
    let port: UInt16
    private let listener: Int32
    private let serverPath: String
    private let fromClient: Rule
    private let fromServer: Rule
    private let open = Mutex<Set<Int32>>([])
    private let connections = Atomic<Int>(0)

    /// How many connections were accepted.
    var connectionCount: Int { connections.load(ordering: .relaxed) }

    /// Starts one; `fromClient` and `fromServer` decide on every piece that is read.
    init(
        fromClient: @escaping Rule = { .pass($0) }, fromServer: @escaping Rule = { .pass($0) }
    ) throws {
        let words = try TestEnvironment.serverURL().split(separator: " ").map { $0.split(separator: "=", maxSplits: 1) }
        func value(_ key: String) -> String { words.first { $0[0] == key }.map { String($0[1]) } ?? "" }
        serverPath = "\(value("host"))/.s.PGSQL.\(value("port").isEmpty ? "5432" : value("port"))"
        self.fromClient = fromClient
        self.fromServer = fromServer
        (listener, port) = try Self.listen()
        BlockingThread.start { [self] in accept() }
    }

    /// The connection string of a database behind this proxy.
    func url(_ database: TestDatabase) -> String {
        "host=127.0.0.1 port=\(port) dbname=\(database.name) user=postgres sslmode=disable gssencmode=disable"
    }

    /// Ends the listener and every connection.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
        open.withLock { for one in $0 { shutdown(one, Int32(SHUT_RDWR)) } }
    }

    private static func listen() throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int32 in
                bind(descriptor, generic, length) == 0 && Glibc.listen(descriptor, 64) == 0
                    && getsockname(descriptor, generic, &length) == 0 ? 0 : errno
            }
        }
        guard code == 0 else { throw TestSupportFailure("proxy: \(String(cString: strerror(code)))") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            connections.add(1, ordering: .relaxed)
            guard let server = dial() else {
                Glibc.close(client)
                continue
            }
            open.withLock { $0.formUnion([client, server]) }
            let pair = Pair(client: client, server: server)
            BlockingThread.start { [self] in relay(pair, from: client, to: server, fromClient) }
            BlockingThread.start { [self] in relay(pair, from: server, to: client, fromServer) }
        }
    }

    private func dial() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: serverPath.utf8.prefix($0.count - 1)) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return code == 0 ? descriptor : nil
    }

    private func relay(_ pair: Pair, from source: Int32, to target: Int32, _ rule: Rule) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            if count <= 0 { break }
            if pair.isSilent.isSet { continue }
            switch rule(Array(buffer[..<count])) {
            case .pass(let bytes): _ = send(target, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            case .goSilent: pair.isSilent.set()
            case .cut:
                shutdown(source, Int32(SHUT_RDWR))
                shutdown(target, Int32(SHUT_RDWR))
            }
        }
        shutdown(target, Int32(SHUT_WR))
        guard pair.directionsEnded.add(1, ordering: .relaxed).newValue == 2 else { return }
        // Under the lock: nobody shuts down a number that is another connection's by now.
        open.withLock {
            $0.subtract([pair.client, pair.server])
            Glibc.close(pair.client)
            Glibc.close(pair.server)
        }
    }

    /// One connection through the proxy.
    private final class Pair: Sendable {
        let client: Int32
        let server: Int32
        let isSilent = Flag()
        let directionsEnded = Atomic<Int>(0)
        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }
    }
}

/// A yes that stays.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
    func set() { value.store(true, ordering: .sequentiallyConsistent) }
}

/// A thread that runs one closure.
enum BlockingThread {
    static func start(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "proxy").async(execute: body)
    }
}

extension [UInt8] {
    /// Whether the text stands in it.
    func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return false }
        return (0...(count - wanted.count)).contains { self[$0...].starts(with: wanted) }
    }
}
