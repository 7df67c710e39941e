import Glibc
import Synchronization

/// Asks the system's resolver for the addresses of a host, and waits for it for a bounded time only.
///
/// libpq would ask when it begins to connect, and block until the resolver gives up: tens of seconds if name servers
/// are away, as they may well be when Postgres is. Here a separate thread asks. Others that ask for the same name
/// meanwhile share the query, so that a hanging resolver holds one thread per name.
enum HostLookup {
    /// Addresses of a name that are tried at most.
    static let addressesMax = 8
    /// How the message begins where there is no address.
    static let failure = "the host's name was not resolved: "
    /// How often the answer is looked for.
    private static let lookInterval = Duration.milliseconds(2)

    typealias Answer = Result<[String], PostgresError>

    private final class Question: Sendable {
        let answer = Mutex<Answer?>(nil)
    }

    private static let underWay = Mutex<[String: Question]>([:])

    /// The addresses of a host's name, in the resolver's order, at least one and at most ``addressesMax``.
    ///
    /// - Parameter ask: answers as ``askSystem(_:)`` does; may block.
    /// - Throws: ``PostgresError``, without effect: there is no such name, or no answer came in time.
    static func addresses(
        of name: String, until deadline: Deadline, asking ask: @escaping @Sendable (String) -> Answer = askSystem
    ) throws(PostgresError) -> [String] {
        let (question, isNew) = underWay.withLock { underWay in
            if let shared = underWay[name] { return (shared, false) }
            let question = Question()
            underWay[name] = question
            return (question, true)
        }
        if isNew {
            DetachedThread.start {
                let answer = ask(name)
                // This comes first: a caller that asks after the answer was seen asks anew.
                underWay.withLock { $0[name] = nil }
                question.answer.withLock { $0 = answer }
            }
        }
        while true {
            if let answer = question.answer.withLock({ $0 }) { return try answer.get() }
            if deadline.hasPassed { throw PostgresError(.deadlinePassed, statement: "connect") }
            min(deadline, .in(lookInterval)).blockThread()
        }
    }

    /// Whether libpq would ask the resolver for it: neither an address nor the folder of a socket.
    static func isName(_ host: String) -> Bool {
        var bytes = in6_addr()
        return !host.isEmpty && !host.hasPrefix("/") && !host.hasPrefix("@")
            && inet_pton(AF_INET, host, &bytes) != 1 && inet_pton(AF_INET6, host, &bytes) != 1
    }

    private static func askSystem(_ name: String) -> Answer {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else { return failed(gai_strerror(code).map { String(cString: $0) } ?? "") }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let one = next?.pointee, found.count < addressesMax {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(one.ai_addr, one.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                found.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
            next = one.ai_next
        }
        return found.isEmpty ? failed("no address") : .success(found)
    }

    private static func failed(_ why: String) -> Answer {
        .failure(
            PostgresError(.connectionLost, statement: "connect", serverMessage: failure + why))
    }
}
