import Glibc
import Logging

/// How many files and sockets this process may have open.
package enum FileDescriptorLimit {
    /// Raises the soft limit to the hard one: 1 024, where many systems begin, is less than servers here may hold open.
    ///
    /// - Returns: The limit that holds now.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Files and sockets that clients' connections leave free: for Postgres, the spool, the admin listener.
    static let reserved = 256

    /// How many connections of clients a server may hold: as many as wanted, or as the limit has room for. Without that
    /// bound idle clients would keep it from Postgres and from its own disk.
    package static func connections(_ wanted: Int, limit: Int = raise(), log: Logger) -> Int {
        let connections = max(1, min(wanted, limit - reserved))
        if connections < wanted {
            log.warning(
                "the limit of open files allows fewer connections than usual",
                metadata: ["limit": "\(limit)", "connections": "\(connections)", "usual": "\(wanted)"])
        }
        return connections
    }
}
