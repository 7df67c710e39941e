import Glibc
import NIOCore
import NIOPosix
import Runtime
import Synchronization

/// Asks the system's resolver, on threads of its own, and no longer than a while: it blocks, and cannot be told to stop.
///
/// A question whose time was over before a thread was free is not asked at all, so what waits is bounded by the
/// deliveries in flight.
struct SystemResolver: HostResolver {
    /// How many questions are asked at a time.
    static let threadCount = 8

    private let threads: NIOThreadPool
    private let timeout: Duration

    /// A resolver that waits so long for an answer; ``shutDown()`` ends its threads.
    init(timeout: Duration = .seconds(5)) {
        self.timeout = timeout
        threads = NIOThreadPool(numberOfThreads: Self.threadCount)
        threads.start()
    }

    func shutDown() async throws { try await threads.shutdownGracefully() }

    func addresses(of name: String) async throws -> [IPAddress] {
        let question = Question()
        let timer = Task {
            try? await Task.sleep(for: timeout)
            question.end(.failure(ResolverFailure()))
        }
        defer { timer.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            question.begin(continuation)
            threads.submit { state in
                guard state == .active, question.isOpen else { return question.end(.failure(ResolverFailure())) }
                question.end(Result { try Self.ask(name) })
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

    /// A question that is answered once, by the resolver or by the clock.
    private final class Question: Sendable {
        private let state = Mutex<(continuation: CheckedContinuation<[IPAddress], any Error>?, isOver: Bool)>(
            (nil, false))

        var isOpen: Bool { state.withLock { !$0.isOver } }

        func begin(_ continuation: CheckedContinuation<[IPAddress], any Error>) {
            let isOver = state.withLock { state in
                if !state.isOver { state.continuation = continuation }
                return state.isOver
            }
            if isOver { continuation.resume(throwing: ResolverFailure()) }
        }

        func end(_ result: Result<[IPAddress], any Error>) {
            let continuation = state.withLock { state in
                state.isOver = true
                defer { state.continuation = nil }
                return state.continuation
            }
            continuation?.resume(with: result)
        }
    }
}

/// The resolver did not answer, or said that it failed.
struct ResolverFailure: Error {}
