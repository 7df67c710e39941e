import Glibc
import NIOCore
import NIOPosix
import Runtime

/// Asks the system's resolver, on threads of its own: it blocks, and cannot be told to stop.
///
/// If a name's servers are silent, that takes as long as the system's configuration says, ten seconds by default. There
/// is a thread for each query that may be under way, so that such a name holds up no other.
struct SystemResolver: HostResolver {
    private let threads: NIOThreadPool
    private let ask: @Sendable (String) throws -> [IPAddress]

    /// A resolver with `threadCount` threads, one for each delivery in flight; ``shutDown()`` ends them.
    init(threadCount: Int, ask: @escaping @Sendable (String) throws -> [IPAddress] = Self.ask) {
        self.ask = ask
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
    }

    func shutDown() async throws { try await threads.shutdownGracefully() }

    func addresses(of name: String) async throws -> [IPAddress] {
        // Not its `runIfActive`: that gives up where the task is cancelled, and the thread is still out.
        try await withCheckedThrowingContinuation { continuation in
            threads.submit { state in
                guard state == .active else { return continuation.resume(throwing: ResolverFailure()) }
                continuation.resume(with: Result { try ask(name) })
            }
        }
    }

    private static func ask(_ name: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { throw ResolverFailure() }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let info = next?.pointee, found.count < DestinationPolicy.addressesMax {
            if let address = address(info) { found.append(address) }
            next = info.ai_next
        }
        return found
    }

    private static func address(_ info: addrinfo) -> IPAddress? {
        guard let bytes = UnsafeRawPointer(info.ai_addr) else { return nil }
        switch info.ai_family {
        case AF_INET: return IPAddress(SocketAddress(bytes.loadUnaligned(as: sockaddr_in.self)))
        case AF_INET6: return IPAddress(SocketAddress(bytes.loadUnaligned(as: sockaddr_in6.self)))
        default: return nil
        }
    }
}

/// The resolver did not answer, or said that it failed.
struct ResolverFailure: Error {}
